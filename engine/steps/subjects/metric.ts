import { Broken } from '../../base/failure.ts'
import { isObject, textAt, type JsonObject } from '../../base/json.ts'
import type { StepContext } from '../context.ts'
import { matcherOf, under } from '../matching.ts'
import { beganAnew, increase, readSamples, select, sum, type Samples } from '../prometheus.ts'
import { Matcher, TextMap } from '../shapes.ts'
import { unseen, type Look, type SubjectDefinition } from './define.ts'

/** Series of the gateway's metrics. */
export const metric: SubjectDefinition = {
  subject: 'metric',
  summary: "Series of the gateway's metrics, selected by name and labels; several are summed.",
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['metric'],
    properties: {
      metric: {
        type: 'string',
        pattern: '^[A-Za-z_:][A-Za-z0-9_:]*$',
        description: 'The name of the series; a histogram is read by its `_count` or `_sum`.',
      },
      labels: { ...TextMap, description: 'Labels a series must carry.' },
      value: { ...Matcher, description: 'The sum of the selected series.' },
      increasedBy: {
        ...Matcher,
        description:
          'How much the sum has grown since before step 1; a series that was not there counts from 0.',
      },
      since: {
        type: 'string',
        description: 'For `increasedBy`: the name of a `measure`, or the `as` of a step, to count from.',
      },
      present: { type: 'boolean', description: 'Whether any series or family of this name is exposed.' },
      samples: { ...Matcher, description: 'How many series are selected.' },
    },
  },
  examples: ['expect: { metric: http_requests_in_flight, samples: { $gte: 1 } }'],
  observe: (input, context) => Promise.resolve({ look: () => look(input, context) }),
}

async function look(input: JsonObject, context: StepContext): Promise<Look> {
  const name = textAt(input, 'metric') ?? ''
  const path = context.description.paths.metrics
  const { reply, transport } = await context.gateway.exchange({ method: 'GET', path, headers: {} })
  if (reply === undefined) return unseen(transport.message)
  const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
  const read = readSamples(text)
  if (reply.status !== 200) return noMetrics(`the gateway answered ${reply.status}`)
  if (!read.ok) return noMetrics(read.problem)
  return judge({ name, text, samples: read.samples }, input, context)
}

/** The gateway answers, and not with metrics: nothing that is said of a series can hold. */
function noMetrics(actual: string): Look {
  const mismatches = [{ path: 'metric', expected: 'metrics in the Prometheus text format', actual }]
  return { ok: false, mismatches, summary: `there are no metrics: ${actual}`, notes: [], result: {} }
}

const RESTARTED =
  'the counters began anew in between, so what was counted before is lost: count since a measure after the restart'

interface Scraped {
  readonly name: string
  readonly text: string
  readonly samples: Samples
}

function judge({ name, text, samples }: Scraped, input: JsonObject, context: StepContext): Look {
  const labels = isObject(input['labels']) ? (input['labels'] as Record<string, string>) : {}
  const selected = select(samples, name, labels)
  const before = (): Samples => select(baseline(input, context), name, labels)
  const actual: Record<string, unknown> = {
    value: sum(selected),
    increasedBy: 'increasedBy' in input ? increase(before(), selected) : undefined,
    present: selected.length > 0 || text.includes(`# TYPE ${name} `),
    samples: selected.length,
  }
  const claims = Object.keys(actual).filter((claim) => claim in input)
  const asked = claims.length === 0 ? { present: true } : input
  const mismatches = (claims.length === 0 ? ['present'] : claims).flatMap((claim) =>
    under(claim, matcherOf(asked[claim], context, [claim])(actual[claim])),
  )
  return {
    ok: mismatches.length === 0,
    mismatches,
    summary: summaryOf(name, selected),
    notes:
      mismatches.length === 0
        ? []
        : [
            ...('increasedBy' in input
              ? [
                  countedFrom(before(), selected, textAt(input, 'since')),
                  ...(beganAnew(baseline(input, context), samples) ? [RESTARTED] : []),
                ]
              : []),
            ...others(samples, name),
          ],
    result: { value: sum(selected), samples: selected.length, present: actual['present'] === true },
  }
}

/** What there was to begin with: before step 1, or at a moment that has a name. */
function baseline(input: JsonObject, context: StepContext): Samples {
  const since = textAt(input, 'since')
  const samples = since === undefined ? context.baseline : context.moment(since)
  if (samples !== undefined) return samples
  const when = since === undefined ? 'before step 1' : `at ${since}`
  throw new Broken({
    code: 'NO_BASELINE',
    message: `${textAt(input, 'metric') ?? ''}: no metrics were taken ${when}`,
    span: context.span(since === undefined ? 'increasedBy' : 'since'),
  })
}

function summaryOf(name: string, selected: Samples): string {
  if (selected.length === 0) return `there is no such series of ${name}`
  const together = selected.length === 1 ? '' : `${selected.length} series of `
  return `${together}${name} ${selected.length === 1 ? 'is' : 'are together'} ${sum(selected)}`
}

function countedFrom(before: Samples, now: Samples, since: string | undefined): string {
  return `${sum(before)} ${since === undefined ? 'before step 1' : `at ${since}`}, ${sum(now)} now`
}

/** Series of the same name with other labels: what a wrong label hides. */
function others(samples: Samples, name: string): readonly string[] {
  return select(samples, name, {})
    .slice(0, 5)
    .map(({ labels, value }) => `there: ${name}${JSON.stringify(labels)} ${value}`)
}
