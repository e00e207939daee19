import { isObject, type JsonObject } from '../base/json.ts'
import type { EventBody } from './event.ts'
import { textMaskFor, type TextMask } from './mask-text.ts'

export interface MaskOptions {
  /** Values that must not be seen. */
  readonly secrets: readonly string[]
  /** Names of fields that hold base64: what they say is masked inside it. */
  readonly payloads: readonly string[]
}

/** What an event says without any secret. */
export type Mask = (event: EventBody) => EventBody

/** Beside the secrets themselves nothing is shown that lets in: headers that authenticate, the data of a `Secret`. */
export function maskFor({ secrets, payloads }: MaskOptions): Mask {
  const text = textMaskFor(secrets)
  if (text === undefined) return withoutKeys
  const masking = new Masking(text, payloads)
  return (event) => masking.event(withoutKeys(event))
}

const STARS = '***'
const LETS_IN = /^(proxy-)?authorization$|^(set-)?cookie$|^x-.*(token|key|secret)$/i

function withoutKeys(event: EventBody): EventBody {
  if (event.type === 'exchange:seen') {
    const { requestHeaders, headers } = event.exchange
    if (![requestHeaders, headers ?? {}].some(letsIn)) return event
    const shown = {
      requestHeaders: withoutHeaders(requestHeaders),
      ...(headers === undefined ? {} : { headers: withoutHeaders(headers) }),
    }
    return { ...event, exchange: { ...event.exchange, ...shown } }
  }
  if (event.type !== 'object:seen' || event.object['kind'] !== 'Secret') return event
  const hidden = ['data', 'stringData'].flatMap((key) => {
    const data = event.object[key]
    return isObject(data) ? [[key, Object.fromEntries(Object.keys(data).map((name) => [name, STARS]))]] : []
  })
  return { ...event, object: { ...event.object, ...(Object.fromEntries(hidden) as JsonObject) } }
}

function letsIn(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => LETS_IN.test(name))
}

function withoutHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const shown = Object.entries(headers).map(([name, value]) => [name, LETS_IN.test(name) ? STARS : value])
  return Object.fromEntries(shown) as Readonly<Record<string, string>>
}

/** What comes from the scenarios' files and from ourselves, and names things that must still be found. */
const OWN_WORDS = new Set([
  ...[
    'type',
    'scenario',
    'attempt',
    'step',
    'verb',
    'outcome',
    'span',
    'code',
    'severity',
    'signal',
    'change',
  ],
  ...[
    'thread',
    'lane',
    'fix',
    'failedAt',
    'phases',
    'run',
    'version',
    'id',
    'file',
    'profile',
    'profiles',
    'tags',
  ],
  ...['clock', 'bound', 'seed', 'is'],
])
/** What others said: none of its words is ours. */
const FOREIGN = new Set(['object', 'result', 'actual', 'exchange', 'namespaces', 'value', 'reply'])

class Masking {
  readonly #text: TextMask
  readonly #payloads: readonly string[]

  constructor(text: TextMask, payloads: readonly string[]) {
    this.#text = text
    this.#payloads = payloads
  }

  event(event: EventBody): EventBody {
    if (event.type === 'sources:read') {
      const texts = Object.entries(event.texts).map(([file, text]) => [file, this.#text.maskInPlace(text)])
      return { ...event, texts: Object.fromEntries(texts) as Readonly<Record<string, string>> }
    }
    return this.#own(event) as EventBody
  }

  #own(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#own(each))
    if (!isObject(value)) return this.#foreign(value)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (OWN_WORDS.has(key)) return [key, inner]
        return [key, FOREIGN.has(key) ? this.#foreign(inner) : this.#own(inner)]
      }),
    )
  }

  #foreign(value: unknown): unknown {
    if (typeof value === 'string') return this.#text.mask(value)
    if (Array.isArray(value)) return value.map((each) => this.#foreign(each))
    if (!isObject(value)) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [this.#text.mask(key), this.#field(key, inner)]),
    )
  }

  #field(key: string, value: unknown): unknown {
    if (typeof value !== 'string' || !this.#payloads.includes(key)) return this.#foreign(value)
    const inside = Buffer.from(value, 'base64').toString('utf8')
    const masked = this.#text.mask(inside)
    return masked === inside ? this.#text.mask(value) : Buffer.from(masked).toString('base64')
  }
}
