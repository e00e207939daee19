import { isObject, type Json, type JsonObject } from '../../base/json.ts'
import type { ReadSignals, SignalDescription } from '../description.ts'
import { SIGNAL_PATHS } from './signal-paths.ts'
import { rfc3339 } from '../rfc3339.ts'

const text = (description: string) => ({ type: 'string', description })

/** A Kubernetes Event. */
export const event: SignalDescription = {
  summary: 'A Kubernetes Event, as an event router sends it.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['reason'],
    properties: {
      reason: text('Why, such as `OOMKilled`; the name of the signal.'),
      type: text('`Warning` unless it is given; the gateway refuses `Normal`.'),
      kind: text('Kind of the object, `Pod` unless it is given.'),
      namespace: text('Where the object lives, usually `"${ns.app}"`.'),
      name: text('Name of the object.'),
      message: text('The message.'),
      count: { type: 'integer', minimum: 1, description: 'How often it happened.' },
      component: text('The component that reports it, such as `kubelet`.'),
    },
  },
  examples: ['event: { reason: "${vars.reason}", kind: Pod, namespace: "${ns.app}", name: api-1 }'],
  nameKey: 'reason',
  presets: ['minimal', 'timestamped', 'full'],
  build: (input, { preset = 'minimal', wall }) => ({
    path: SIGNAL_PATHS.event,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body(input, preset, rfc3339(wall))),
  }),
  read,
}

function body(input: JsonObject, preset: string, now: string): JsonObject {
  const {
    reason = '',
    type = 'Warning',
    kind = 'Pod',
    namespace,
    name = '',
    message,
    count,
    component,
  } = input
  return {
    reason,
    type,
    involvedObject: { kind, name, ...(namespace === undefined ? {} : { namespace }) },
    ...(message === undefined ? {} : { message }),
    ...(count === undefined ? {} : { count }),
    ...(component === undefined ? {} : { source: { component } }),
    ...(preset === 'minimal' ? {} : { firstTimestamp: now, lastTimestamp: now }),
  }
}

function read(value: Json): ReadSignals {
  if (!isObject(value)) return { wrong: { at: '', message: 'expected an event, which is a map' } }
  const { reason, type, involvedObject, message, count, source } = value
  if (typeof reason !== 'string' || reason === '')
    return { wrong: { at: 'reason', message: 'an event needs a reason, which is its name' } }
  const about = isObject(involvedObject) ? involvedObject : {}
  const texts = {
    type,
    kind: about['kind'],
    namespace: about['namespace'],
    name: about['name'],
    message,
    component: isObject(source) ? source['component'] : undefined,
  }
  const given = Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'string' && text !== '' ? [[key, text] as const] : [],
  )
  const times = typeof count === 'number' && Number.isInteger(count) && count > 0 ? { count } : {}
  return { inputs: [{ reason, ...Object.fromEntries(given), ...times }], preset: 'timestamped' }
}
