import type { Json, JsonObject } from '../../base/json.ts'
import type { GatewayDescription, SignalDescription } from '../../gateway/description.ts'
import { UsageError } from '../usage-error.ts'
import { literal, type Draft } from './scenario-text.ts'

/** More in one file is nothing that anybody reads. */
const MOST = 20

export interface Signals {
  /** The key in `send`. */
  readonly key: string
  readonly signal: SignalDescription
  readonly inputs: readonly JsonObject[]
  readonly preset: string
}

export interface Around {
  readonly description: GatewayDescription
  readonly profile: string
}

/** The signals in a body; a usage error says where it is none. */
export function signalsIn(
  body: Json,
  {
    key,
    signal,
    source,
  }: { readonly key: string; readonly signal: SignalDescription; readonly source: string },
): Signals {
  const read = signal.read(body)
  if ('wrong' in read) {
    const at = read.wrong.at === '' ? '' : ` ${read.wrong.at}:`
    throw new UsageError(`new: ${source}:${at} ${read.wrong.message}`)
  }
  if (read.inputs.length > MOST)
    throw new UsageError(
      `new: ${source}: there are ${read.inputs.length} in it; at most ${MOST} make a scenario`,
    )
  return { key, signal, ...read }
}

/** A scenario that sends them and expects an object of each; names and namespaces are its own. */
export function draftOfSignals(signals: Signals, { description, profile }: Around): Draft {
  const { key, signal, inputs, preset } = signals
  const names = new Names(
    inputs.map((input) => textOf(input[signal.nameKey])),
    'signal',
  )
  const spaces = new Names(
    inputs.map(({ namespace }) => textOf(namespace)),
    'app',
  )
  const steps = inputs.map((input, index) => ({
    name: `${key} ${inputs.length === 1 ? 'is' : `${index + 1} is`} sent`,
    send: {
      [key]: {
        ...(literal(input) as JsonObject),
        [signal.nameKey]: `\${vars.${names.of(textOf(input[signal.nameKey]))}}`,
        namespace: `\${ns.${spaces.of(textOf(input['namespace']))}}`,
      },
      preset,
      // What repeats another one of the same body is a duplicate.
      expect: { status: index === 0 ? 201 : { $in: [201, 202] } },
    },
  }))
  const [kind = ''] = description.ledger.kinds
  const vars = names.all().map(([name, text]) => [name, `\${unique('${baseOf(text)}')}`])
  const title = `${titleOf(names.all().map(([, text]) => text))} becomes a ${kind}`
  return {
    name: literal(title) as string,
    remarks: remarksFor(inputs),
    rest: {
      gateway: profile,
      namespaces: spaces.all().map(([name]) => name),
      vars: Object.fromEntries(vars) as JsonObject,
      steps: [...steps, ...spaces.all().map(([space]) => objectStep(kind, space, inputs.length))],
    },
  }
}

function objectStep(kind: string, space: string, sent: number): JsonObject {
  const count = sent === 1 ? 1 : { $gte: 1, $lte: sent }
  return {
    name: 'an object is made of it',
    expect: { crd: kind, namespace: `\${ns.${space}}`, count, within: '5s' },
  }
}

function remarksFor(inputs: readonly JsonObject[]): readonly string[] {
  const remarks = ['Names and namespaces are made unique for each run; everything else is as it was sent.']
  if (inputs.length > 1) remarks.push('The body held several: each goes out in a body of its own.')
  if (inputs.some(({ namespace }) => namespace === undefined))
    remarks.push('Where no namespace was named, this scenario gives one of its own.')
  return remarks
}

function titleOf(names: readonly string[]): string {
  const [first = ''] = names
  return names.length === 1 ? first : `${first} and ${names.length - 1} more: each`
}

/** Different texts → `app`, `app2`, … */
class Names {
  readonly #names = new Map<string, string>()

  constructor(texts: readonly string[], base: string) {
    for (const text of texts) {
      const count = this.#names.size
      if (!this.#names.has(text)) this.#names.set(text, count === 0 ? base : `${base}${count + 1}`)
    }
  }

  of(text: string): string {
    return this.#names.get(text) ?? ''
  }

  all(): readonly (readonly [name: string, text: string])[] {
    return [...this.#names].map(([text, name]) => [name, text])
  }
}

/** What `unique` puts before its own characters. */
function baseOf(text: string): string {
  const base = text.replaceAll(/[^\w.-]+/g, '-').slice(0, 50)
  return base === '' ? 'signal' : base
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
