import { formatDuration } from '../../base/duration.ts'
import type { RunState } from '../../events/run-state.ts'
import { runQuietly, suiteEnd, type Proven, type ProvingRequest } from './proving.ts'

/** In real time: a whole run for each fault, several side by side. Rejects with `NotProven`. */
export async function proveByRuns(request: ProvingRequest): Promise<Proven> {
  const { options, world, scenarios, faults } = request
  const { threads = 1 } = options
  let done = 0
  const tryWith = async (fault?: string): Promise<RunState> => {
    const state = await runQuietly(request, {
      scenarios,
      threads,
      faults: fault === undefined ? [] : [fault],
    })
    done += 1
    const { failed, broken } = state.counts
    const found = `${failed} failed, ${broken} broken (${formatDuration(state.ended?.ms ?? 0)})`
    world.stderr.write(`${done} of ${faults.length + 1}: ${fault ?? 'no fault'}, ${found}\n`)
    return state
  }
  // Alone, so that nothing but the suite itself can make it fail.
  const documented = suiteEnd(await tryWith())
  const waiting = [...faults.entries()]
  const bent: Proven['bent'][number][] = []
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, fault] = next
      try {
        bent[index] = { fault, ...suiteEnd(await tryWith(fault)) }
      } catch (error) {
        waiting.length = 0
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(
    Array.from({ length: options.atOnce ?? world.cpus().count }, () => work()),
  )
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return { documented, bent }
}
