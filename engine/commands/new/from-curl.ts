import type { Json, JsonObject } from '../../base/json.ts'
import type { GatewayDescription } from '../../gateway/description.ts'
import { curlRequest, type CurlRequest } from './curl-request.ts'
import { draftOfSignals, signalsIn, type Around } from './from-signals.ts'
import { literal, type Draft } from './scenario-text.ts'

/** A scenario that does what a pasted curl command did; a body that is a signal becomes one. */
export function draftOfCurl(text: string, around: Around): Draft {
  const request = curlRequest(text)
  const draft = signalDraft(request, around) ?? requestDraft(request, around)
  const { secrets } = request
  if (secrets.length === 0) return draft
  const left = `Left out, because it is a secret: ${secrets.join(', ')}. List a variable under \`env\` and use env() in vars.`
  return { ...draft, remarks: [...draft.remarks, left] }
}

function signalDraft({ method, path, body = '' }: CurlRequest, around: Around): Draft | undefined {
  const found = Object.entries(around.description.signals).find(
    ([, signal]) => signal.build({}, { wall: 0 }).path === path,
  )
  const json = jsonOf(body)
  if (found === undefined || json === undefined || method !== 'POST') return undefined
  const [key, signal] = found
  return 'wrong' in signal.read(json)
    ? undefined
    : draftOfSignals(signalsIn(json, { key, signal, source: '--from-curl' }), around)
}

/** What is no signal goes out as it is. */
function requestDraft({ method, path, headers, body }: CurlRequest, { description, profile }: Around): Draft {
  const isUnreadable = isSignal(description, method, path)
  const told = Object.keys(headers).length === 0 ? {} : { headers: literal(headers) }
  const sent = body === undefined ? {} : { body: literal(body) }
  const plain: JsonObject = { path: literal(path), ...told, ...sent }
  const name = literal(`${method} ${path} is answered with ${isUnreadable ? 400 : 200}`) as string
  const step: JsonObject = isUnreadable
    ? { send: { raw: plain, expect: { status: 400 } } }
    : { request: { method, ...plain, expect: { status: 200 } } }
  const remarks = [
    isUnreadable
      ? 'What was sent is nothing the gateway can read, so this expects a refusal.'
      : 'Say more of the reply than its status: headers and body take matchers.',
  ]
  return { name, remarks, rest: { gateway: profile, steps: [step] } }
}

function isSignal(description: GatewayDescription, method: string, path: string): boolean {
  return method === 'POST' && description.isSignalPath(path)
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
