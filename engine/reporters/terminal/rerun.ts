import type { EventOf, PlannedScenario } from '../../events/event.ts'

export type RerunOf = Pick<EventOf<'run:started'>, 'clock' | 'seed' | 'faults'>

/**
 * A line to paste into a shell; with the line of the scenario where its file holds several, with the faults of the
 * gateway that it ran against, and with all that makes the very same run again where a seed decides everything.
 */
export function rerunCommand(
  plan: PlannedScenario,
  planned: readonly PlannedScenario[],
  started?: RerunOf,
): string {
  const own = linesOf(planned).get(plan.file)
  const where = own?.size === 1 ? plan.file : `${plan.file}:${plan.line}`
  const faults = (started?.faults ?? []).flatMap((name) => ['--fault', name])
  const copies = own?.get(plan.line) ?? 1
  const same = started === undefined ? [] : sameRun(started, copies > 1 ? numberOf(plan) : 1)
  return ['npx gwscen run', ...[where, ...faults, ...same].map(quote)].join(' ')
}

/** Nothing in real time, which is another one each time, and where several runs have been put together. */
function sameRun({ clock, seed }: RerunOf, copy: number): readonly string[] {
  if (clock !== 'virtual' || seed.includes(', ')) return []
  return ['--clock', 'virtual', '--seed', seed, ...(copy === 1 ? [] : ['--repeat', String(copy)])]
}

/** Which of those that `--repeat` makes of one scenario. */
function numberOf({ id }: PlannedScenario): number {
  return Number(/#(\d+)$/.exec(id)?.[1] ?? 1)
}

type Lines = ReadonlyMap<number, number>

/** Counted once for each plan, which never changes: ten thousand failures must not each go through the whole suite. */
const counted = new WeakMap<readonly PlannedScenario[], ReadonlyMap<string, Lines>>()

/** File → line → how many scenarios are there: one, unless they are repeated. */
function linesOf(planned: readonly PlannedScenario[]): ReadonlyMap<string, Lines> {
  const known = counted.get(planned)
  if (known !== undefined) return known
  const made = new Map<string, Map<number, number>>()
  for (const { file, line } of planned) {
    const lines = made.get(file) ?? new Map<number, number>()
    made.set(file, lines.set(line, (lines.get(line) ?? 0) + 1))
  }
  counted.set(planned, made)
  return made
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
