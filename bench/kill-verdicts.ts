import type { EventBody } from '../engine/events/event.ts'

type Told = readonly EventBody[]

/**
 * What is wrong in the log of a run whose threads were killed: each scenario has one verdict and nothing after it, each
 * attempt one end, and the verdict is the right one, or broken where every attempt was lost with its thread.
 */
export function wrongIn(
  log: Told,
  ids: readonly string[],
  mustFail: (id: string) => boolean,
): readonly string[] {
  const byScenario = new Map<string, EventBody[]>(ids.map((id) => [id, []]))
  for (const event of log)
    if ('scenario' in event && typeof event.scenario === 'string')
      byScenario.set(event.scenario, [...(byScenario.get(event.scenario) ?? []), event])
  return [...byScenario].flatMap(([id, own]) =>
    [ids.includes(id) ? undefined : 'nobody ordered it', ...slips(own, mustFail(id))]
      .filter((slip) => slip !== undefined)
      .map((slip) => `${id}: ${slip}`),
  )
}

function slips(own: Told, mustFail: boolean): readonly (string | undefined)[] {
  const ends = own.flatMap((event) => (event.type === 'scenario:ended' ? [event] : []))
  const attempts = own.flatMap((event) => (event.type === 'attempt:ended' ? [event] : []))
  const [end] = ends
  if (end === undefined) return ['no verdict']
  const areLost = attempts.every(({ failure }) => failure?.code === 'THREAD_LOST')
  const isRight = mustFail
    ? end.outcome === 'failed' && end.failure?.code === 'EXPECTATION'
    : end.outcome === 'passed'
  return [
    ends.length === 1 ? undefined : `${ends.length} verdicts`,
    own.at(-1) === end ? undefined : `${own.at(-1)?.type} after its verdict`,
    attempts.map(({ attempt }) => attempt).join() === counted(end.attempts)
      ? undefined
      : `ends of its attempts ${attempts.map(({ attempt }) => attempt).join()}`,
    isRight || (end.outcome === 'broken' && areLost)
      ? undefined
      : `${end.outcome}, ${JSON.stringify(attempts.map(({ failure }) => failure?.message))}`,
  ]
}

/** `1,2,3`. */
function counted(most: number): string {
  return Array.from({ length: most }, (_, index) => index + 1).join()
}
