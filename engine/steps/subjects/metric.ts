import { Broken } from '../../base/failure.ts'
import { isObject, textAt, type JsonObject } from '../../base/json.ts'
import { compileMatcher } from '../../matchers/compile.ts'
import type { StepContext } from '../context.ts'
import { increase, parseSamples, select, sum, type Samples } from '../prometheus.ts'
import { Matcher, TextMap } from '../shapes.ts'
import type { Look, SubjectDefinition } from './define.ts'

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
  checkedOnly: ['since'],
  examples: ['expect: { metric: http_requests_in_flight, samples: { $gte: 1 } }'],
  observe: (input, context) => Promise.resolve({ look: () => look(input, context) }),
}

async function look(input: JsonObject, context: StepContext): Promise<Look> {
  const name = textAt(input, 'metric') ?? ''
  const text = await scrape(context)
  const samples = parseSamples(text)
  const labels = isObject(input['labels']) ? (input['labels'] as Record<string, string>) : {}
  const selected = select(samples, name, labels)
  const actual: Record<string, unknown> = {
    value: sum(selected),
    increasedBy: 'increasedBy' in input ? growth(name, labels, selected, context) : undefined,
    present: selected.length > 0 || text.includes(`# TYPE ${name} `),
    samples: selected.length,
  }
  const claims = Object.keys(actual).filter((claim) => claim in input)
  const asked = claims.length === 0 ? { present: true } : input
  const mismatches = (claims.length === 0 ? ['present'] : claims).flatMap((claim) =>
    compileMatcher(asked[claim], { evaluate: context.evaluate })(actual[claim]).map((mismatch) => ({
      ...mismatch,
      path: mismatch.path === '' ? claim : `${claim}.${mismatch.path}`,
    })),
  )
  return {
    ok: mismatches.length === 0,
    mismatches,
    summary: `${name} has ${selected.length} series, together ${sum(selected)}`,
    notes: mismatches.length === 0 ? [] : others(samples, name),
    result: { value: sum(selected), samples: selected.length, present: actual['present'] === true },
  }
}

function growth(
  name: string,
  labels: Readonly<Record<string, string>>,
  selected: Samples,
  context: StepContext,
): number {
  if (context.baseline === undefined) {
    throw new Broken({
      code: 'NO_BASELINE',
      message: `${name}: no metrics were taken before step 1`,
      span: context.span('increasedBy'),
    })
  }
  return increase(select(context.baseline, name, labels), selected)
}

/** Series of the same name with other labels: what a wrong label hides. */
function others(samples: Samples, name: string): readonly string[] {
  return select(samples, name, {})
    .slice(0, 5)
    .map(({ labels, value }) => `there: ${name}${JSON.stringify(labels)} ${value}`)
}

async function scrape(context: StepContext): Promise<string> {
  const { path } = { path: context.description.paths.metrics }
  const { reply, transport } = await context.gateway.exchange({ method: 'GET', path, headers: {} })
  if (reply === undefined)
    throw new Broken({ code: 'TRANSPORT', message: transport.message, span: context.span() })
  return typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
}
