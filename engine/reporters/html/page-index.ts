import type { PlannedScenario } from '../../events/event.ts'
import type { RunState } from '../../events/run-state.ts'
import { plural } from '../problems.ts'
import { fullSentenceOf, storiesOf, troublesOf, type Story } from '../reports/story.ts'
import { rerunCommand } from '../terminal/rerun.ts'
import { usualWhenSlow } from '../terminal/slow.ts'
import { verdictLine } from '../verdict-line.ts'
import type { Collector } from './collector.ts'
import type { Fact, PageIndex, RunFacts, ScenarioRow, ThreadRow } from './model.ts'

/** All that the page shows before anything is opened; the texts of the files are put into chunks. */
export function pageIndex(state: RunState, collector: Collector): PageIndex {
  const texts = Object.entries(state.sources)
  return {
    run: runFacts(state, collector),
    scenarios: scenarioRows(state, collector),
    files: Object.fromEntries(
      texts.map(([file, text]) => [file, collector.chunks.add(`file:${file}`, text)]),
    ),
    threads: threadRows(state, collector),
  }
}

function runFacts(state: RunState, { last }: Collector): RunFacts {
  const { started, ended, leftovers, kept } = state
  return {
    verdict: verdictLine(state),
    facts: factsOf(state),
    endedAt: ended?.ms ?? last,
    phases: ended?.phases ?? {},
    ...(ended === undefined ? {} : { busy: ended.busy }),
    ...(ended?.makespan === undefined ? {} : { makespan: ended.makespan }),
    troubles: troublesTextOf(state),
    leftovers,
    kept,
    warnings: warningsOf(state),
    gateways: Object.fromEntries(
      Object.entries(started?.gateways ?? {}).map(([name, { settings }]) => [name, settings]),
    ),
  }
}

/** Leftovers are shown on their own, with their commands. */
function troublesTextOf(state: RunState): readonly string[] {
  const { ended, interrupted } = state
  const hint = ended?.targetError?.hint
  return [
    ...troublesOf(state)
      .filter(({ code }) => code !== 'LEFT_BEHIND')
      .map(({ message }) => message),
    ...(hint === undefined ? [] : [hint]),
    ...(interrupted === undefined ? [] : [`The run was stopped by ${interrupted.signal}.`]),
    ...(ended === undefined ? ['The run, or its log, did not come to its end.'] : []),
    ...[...state.threads.values()].flatMap(({ thread, lost }) =>
      lost === undefined ? [] : [`Thread ${thread} was lost: ${lost}`],
    ),
  ]
}

function factsOf({ started }: RunState): readonly Fact[] {
  if (started === undefined) return []
  const { threads, threadsReason, lanes, clock, wall } = started
  const values: Readonly<Record<string, string>> = {
    began: `${new Date(wall)
      .toISOString()
      .replace('T', ' ')
      .replace(/\.\d+Z$/, '')} UTC`,
    target: started.target,
    gateway: started.gateway,
    profiles: started.profiles.join(', '),
    threads: `${threads} (${threadsReason}), ${plural(lanes, 'lane')} each`,
    clock,
    seed: started.seed,
    Redis: started.redis,
    gwscen: started.version,
    run: started.run,
  }
  return Object.entries(values).map(([name, value]) => ({ name, value }))
}

function warningsOf({ problems, finished, running }: RunState): RunFacts['warnings'] {
  const ofFiles = problems
    .filter(({ severity }) => severity === 'warning')
    .map(({ message, span }) => ({ text: `${span.file}:${span.line}: ${message}` }))
  const ofScenarios = [...finished, ...running.values()].flatMap(({ plan, attempts }) =>
    attempts.flatMap(({ warnings }) => warnings.map((text) => ({ text, scenario: plan.id }))),
  )
  return [...ofFiles, ...ofScenarios]
}

function threadRows({ threads, started }: RunState, collector: Collector): readonly ThreadRow[] {
  const known = [...threads.values()].sort((a, b) => a.thread - b.thread)
  if (started === undefined) return []
  return known.map(({ thread, forwards, lost }) => {
    const { readyAt, lostAt } = collector.threadTimes(thread)
    return {
      thread,
      forwards,
      ...(readyAt === undefined ? {} : { readyAt }),
      ...(lost === undefined ? {} : { lost: { at: lostAt ?? collector.last, reason: lost } }),
    }
  })
}

function scenarioRows(state: RunState, collector: Collector): readonly ScenarioRow[] {
  const stories = storiesOf(state)
  const byFile = new Map<string, PlannedScenario[]>()
  for (const { plan } of stories) {
    const others = byFile.get(plan.file)
    if (others === undefined) byFile.set(plan.file, [plan])
    else others.push(plan)
  }
  return stories.map((story) => {
    const rerun = rerunCommand(story.plan, byFile.get(story.plan.file) ?? [], state.started)
    return rowOf(story, rerun, collector)
  })
}

function rowOf(story: Story, rerun: string, collector: Collector): ScenarioRow {
  const { plan, outcome, ms, failure, reason } = story
  const { id, name, file, line, tags, profile } = plan
  const putAway = collector.putAway(id)
  const usualMs = usualWhenSlow(plan, ms)
  return {
    ...{ id, name, file, line, tags, profile, ms },
    ending: outcome,
    ...(usualMs === undefined ? {} : { usualMs }),
    ...(failure === undefined && reason === undefined ? {} : { sentence: fullSentenceOf(story) }),
    attempts: putAway?.bars ?? [],
    rerun,
    ...(putAway === undefined ? {} : { chunk: putAway.chunk }),
  }
}
