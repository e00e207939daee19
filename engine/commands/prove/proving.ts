import { exitCode } from '../../events/exit-code.ts'
import type { EventBody } from '../../events/event.ts'
import { createJournal } from '../../events/journal.ts'
import type { RunState } from '../../events/run-state.ts'
import type { Scenario } from '../../scenario/scenario.ts'
import type { Project } from '../project.ts'
import type { SuiteEnd, Trials } from './proof.ts'
import type { ProveOptions } from './prove.ts'
import { embeddedOnly } from '../provision-target.ts'
import { RunSession, type SessionRequest } from '../run-session.ts'
import type { World } from '../world.ts'

/** What a proof is made from. */
export interface ProvingRequest {
  readonly options: ProveOptions
  readonly world: World
  readonly project: Project
  readonly scenarios: readonly Scenario[]
  /** Names of faults and presets. */
  readonly faults: readonly string[]
}

/** How the suite ended, as it is and with each fault. */
export interface Proven {
  readonly documented: SuiteEnd
  readonly bent: readonly ({ readonly fault: string } & SuiteEnd)[]
  /** Where not each fault had a whole run. */
  readonly trials?: Trials
}

/** The runs say nothing: one could not be made, or was stopped. */
export class NotProven extends Error {
  readonly exitCode: number

  constructor(code: number) {
    super(`exit code ${code}`)
    this.exitCode = code
  }
}

export type QuietRun = Pick<SessionRequest, 'scenarios' | 'trying'> & {
  readonly threads: number | 'auto'
  readonly faults: readonly string[]
  readonly onEvent?: (event: EventBody) => void
}

/** One run that tells nobody. Rejects with `NotProven`. */
export async function runQuietly(
  { options, world, project }: ProvingRequest,
  { scenarios, threads, faults, trying, onEvent }: QuietRun,
): Promise<RunState> {
  const journal = createJournal(world.clock, [], (event) => event)
  const session = new RunSession({
    options: { ...embeddedOnly, ...options, threads, faults },
    world,
    project,
    scenarios,
    sources: new Map(),
    ...(trying === undefined ? {} : { trying }),
    output: {
      tell: (event, wall) => {
        journal.tell(event, wall)
        onEvent?.(event)
      },
      state: () => journal.state(),
      say: (text) => world.stderr.write(text),
      show: () => undefined,
      lookBy: () => undefined,
      finish: () => Promise.resolve(exitCode(journal.state())),
    },
  })
  await session.run()
  const state = journal.state()
  if (state.ended?.internalError !== undefined) throw new NotProven(70)
  if (state.interrupted !== undefined || state.ended?.targetError !== undefined)
    throw new NotProven(exitCode(state))
  return state
}

export function suiteEnd(state: RunState): SuiteEnd {
  const ids = (outcome: 'failed' | 'broken' | 'passed'): readonly string[] =>
    state.finished.filter((record) => record.outcome === outcome).map(({ plan }) => plan.id)
  return { failed: ids('failed'), broken: ids('broken'), passed: ids('passed') }
}
