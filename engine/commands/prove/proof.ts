/** How a run of the whole suite against one gateway ended. */
export interface SuiteEnd {
  /** Ids of the scenarios that failed: what they found is wrong. */
  readonly failed: readonly string[]
  /** Ids of those that could not tell. */
  readonly broken: readonly string[]
  readonly passed: readonly string[]
}

export interface FaultEnd extends SuiteEnd {
  readonly fault: string
  /** What can be seen of it from outside. */
  readonly consequence: string
  /** The findings it is known from: `G6 Q22`. */
  readonly from?: string
}

/** What one fault led to. */
export interface FaultRow {
  readonly fault: string
  readonly consequence: string
  readonly from?: string
  /** Ids of scenarios that pass without the fault and fail with it. */
  readonly noticedBy: readonly string[]
  /** Ids of scenarios that could not tell. */
  readonly unsure: readonly string[]
}

/** What a suite is worth: which faults it notices, and which of its scenarios notice any. */
export interface Proof {
  readonly faults: readonly FaultRow[]
  readonly unnoticed: readonly FaultRow[]
  /** Scenarios that every fault let pass. Only with all faults they are known to be of no use. */
  readonly unmoved: readonly string[]
  /** Scenarios that do not pass without a fault, and so prove nothing. */
  readonly unsound: readonly string[]
  /** Of all pairs of a fault and a scenario that it could make a difference to; absent where whole suites were run. */
  readonly trials?: Trials
}

export interface Trials {
  readonly made: number
  readonly of: number
}

/** Only a scenario that passes on the documented gateway can say that a fault made it fail. */
export function proofOf(documented: SuiteEnd, ends: readonly FaultEnd[], trials?: Trials): Proof {
  const sound = new Set(documented.passed)
  const faults = ends.map(({ fault, consequence, from, failed, broken }) => ({
    fault,
    consequence,
    ...(from === undefined ? {} : { from }),
    noticedBy: failed.filter((id) => sound.has(id)).sort(),
    unsure: broken.filter((id) => sound.has(id)).sort(),
  }))
  const moved = new Set(faults.flatMap(({ noticedBy }) => noticedBy))
  return {
    faults,
    unnoticed: faults.filter(({ noticedBy }) => noticedBy.length === 0),
    unmoved: [...sound].filter((id) => !moved.has(id)).sort(),
    unsound: [...documented.failed, ...documented.broken].sort(),
    ...(trials === undefined ? {} : { trials }),
  }
}

const SHOWN = 3

/** The table fault → scenarios, and what it says of the suite. */
export function proofText(proof: Proof, { allFaults }: { readonly allFaults: boolean }): string {
  const width = Math.max(0, ...proof.faults.map((row) => nameOf(row).length))
  const rows = proof.faults.map((row) => `${nameOf(row).padEnd(width)}  ${whoNoticed(row)}`)
  const unnoticed = proof.unnoticed.map(({ fault, consequence }) => `${fault}: ${consequence}`)
  return [
    ...rows,
    ...listed('nobody noticed', unnoticed),
    ...listed('no fault made these fail', allFaults ? proof.unmoved : []),
    ...listed('these do not pass without a fault, and prove nothing', proof.unsound),
    '',
    summary(proof),
    '',
  ].join('\n')
}

function nameOf({ fault, from }: FaultRow): string {
  return from === undefined ? fault : `${fault} (${from})`
}

function whoNoticed({ noticedBy, unsure }: FaultRow): string {
  const doubt = unsure.length === 0 ? '' : ` (${unsure.length} could not tell)`
  if (noticedBy.length === 0) return `nobody${doubt}`
  const first = noticedBy.slice(0, SHOWN).join(', ')
  const more = noticedBy.length > SHOWN ? ` and ${noticedBy.length - SHOWN} more` : ''
  return `${first}${more}${doubt}`
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]
}

function summary({ faults, unnoticed, unmoved, unsound, trials }: Proof): string {
  const noticed = faults.length - unnoticed.length
  const share = faults.length === 0 ? 100 : Math.floor((100 * noticed) / faults.length)
  const moved = new Set(faults.flatMap(({ noticedBy }) => noticedBy)).size
  const all = moved + unmoved.length + unsound.length
  const found = `${noticed} of ${faults.length} faults noticed (${share} %), by ${moved} of ${all} scenarios`
  if (trials === undefined || trials.made === trials.of) return found
  return `${found}\n${trials.made} of ${trials.of} trials told that; --matrix makes them all`
}
