import { floorOf } from '../plan/floor.ts'
import { skipReason, wantedProfiles } from '../plan/select.ts'
import { preview } from '../run/preview.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { forecast, type Forecast } from './forecast.ts'
import { planText, type Plan, type PlannedRow } from './plan-text.ts'
import { printProblems } from './print-problems.ts'
import { loadProject, type Project } from './project.ts'
import { readHistory } from './run-history.ts'
import { runWidth } from './run-width.ts'
import type { RunOptions } from './run.ts'
import { scheduleOf, type Schedule } from './schedule.ts'
import type { World } from './world.ts'

export type PlanOptions = Pick<
  RunOptions,
  'target' | 'paths' | 'threads' | 'lanes' | 'exclusive' | 'seed' | 'history'
> &
  Parameters<typeof scheduleOf>[1]['options'] & { readonly json: boolean }

/** What `run` would do with the same flags: starts nothing. Gives the exit code. */
export async function plan(options: PlanOptions, project: Project, world: World): Promise<number> {
  const loaded = await loadProject(project, { paths: options.paths }, world)
  if (loaded.problems.length > 0) printProblems(loaded, {}, world)
  if (loaded.problems.some(({ severity }) => severity === 'error')) return 2
  const seed = options.seed ?? world.freshSeed()
  const history = options.history ? readHistory(world) : {}
  const schedule = await scheduleOf(loaded.scenarios, { options, project, history, seed, world })
  const made = planOf(schedule, { options, project, seed, world })
  world.stdout.write(options.json ? `${JSON.stringify(made, null, 2)}\n` : planText(made))
  return schedule.scenarios.length === 0 ? 4 : 0
}

interface Planning {
  readonly options: PlanOptions
  readonly project: Project
  readonly seed: string
  readonly world: World
}

function planOf({ scenarios, expected }: Schedule, { options, project, seed, world }: Planning): Plan {
  const runnable = scenarios.filter((scenario) => skipReason(scenario, options.target) === undefined)
  const width = runWidth(options, scenarios.length, world)
  const wanted = wantedProfiles(runnable, options.exclusive)
  const expectedMs = (scenario: Scenario): number => expected(scenario).ms
  const { clock } = world
  const rows = forecast(runnable, { ...width, wanted, expectedMs }).map((one): PlannedRow => {
    const settings = settingsOf(project, one.scenario.profile)
    const { description } = project
    return {
      ...placeOf(one),
      expected: expected(one.scenario),
      ...preview(one.scenario, { description, settings, seed, clock }),
    }
  })
  const floor = floorOf({
    ran: runnable.map((scenario) => ({ scenario, ms: expectedMs(scenario) })),
    lanes: width.threads * width.lanes,
    exclusive: wanted.exclusive,
  })
  const skipped = scenarios.flatMap((scenario) => {
    const reason = skipReason(scenario, options.target)
    return reason === undefined ? [] : [{ id: scenario.id, reason }]
  })
  return {
    threads: width.threads,
    lanes: width.lanes,
    reason: width.reason,
    seed,
    expectedMs: Math.max(0, ...rows.map(({ startMs, expected: { ms } }) => startMs + ms)),
    floor: { ms: Math.max(0, floor.ms), bound: floor.bound },
    locks: queues(runnable, (scenario) => scenario.locks, expectedMs),
    exclusive: queues(runnable, exclusiveProfile, expectedMs).map((queue) => ({
      ...queue,
      gateways: wanted.exclusive[queue.name] ?? 0,
    })),
    skipped,
    scenarios: rows,
  }
}

function placeOf({ scenario, startMs, thread, lane }: Forecast) {
  const { id, name, file, line, tags, profile = null, exclusive, serial, locks } = scenario
  return { id, name, file, line, tags, profile, exclusive, serial, locks, startMs, thread, lane }
}

function exclusiveProfile({ exclusive, profile }: Scenario): readonly string[] {
  return exclusive && profile !== undefined ? [profile] : []
}

/** Name → how many queue for it, and how long that is one after the other; the longest first. */
function queues(
  scenarios: readonly Scenario[],
  namesOf: (scenario: Scenario) => readonly string[],
  expectedMs: (scenario: Scenario) => number,
): Plan['locks'] {
  const names = [...new Set(scenarios.flatMap(namesOf))]
  return names
    .map((name) => {
      const own = scenarios.filter((scenario) => namesOf(scenario).includes(name))
      return { name, scenarios: own.length, ms: own.reduce((sum, one) => sum + expectedMs(one), 0) }
    })
    .sort((a, b) => b.ms - a.ms)
}

/** As the embedded target deploys it. */
function settingsOf({ description, configurations }: Project, profile: string | undefined) {
  const configuration = profile === undefined ? undefined : configurations[profile]
  if (configuration === undefined) return {}
  const place = { namespace: `gwscen-${profile ?? ''}`, url: '<gateway>', version: '<version>' }
  return description.settings.read(configuration, place)
}
