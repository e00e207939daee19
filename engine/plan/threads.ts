/** How many threads and lanes a run gets, and why. */
export interface Width {
  readonly threads: number
  /** Per thread. */
  readonly lanes: number
  readonly reason: string
}

export interface WidthRequest {
  /** `auto` or a number from the command line. */
  readonly threads: number | 'auto'
  readonly lanes: number | undefined
  readonly scenarios: number
  /** On all lanes together, where the target cannot serve more in time. */
  readonly mostInFlight?: number | undefined
  readonly cpus: { readonly count: number; readonly reason: string }
}

const MOST_LANES = 16

/**
 * Threads spread CPU, TLS and forwards; lanes do the waiting. So threads follow the CPUs, and lanes are as many as there
 * are scenarios for, up to what one thread's sockets serve well.
 */
export function widthFor({
  threads,
  lanes,
  scenarios,
  cpus,
  mostInFlight = Number.POSITIVE_INFINITY,
}: WidthRequest): Width {
  const useful = Math.max(1, scenarios)
  const count = threads === 'auto' ? Math.min(cpus.count, useful) : threads
  const few = `${useful} ${useful === 1 ? 'scenario' : 'scenarios'}`
  const why = threads === 'auto' ? (count < cpus.count ? few : cpus.reason) : `--threads ${threads}`
  const served = Math.max(1, Math.floor(mostInFlight / count))
  const most = Math.min(MOST_LANES, Math.ceil(useful / count), served)
  return { threads: count, lanes: lanes ?? most, reason: why }
}
