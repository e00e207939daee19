import { badRequest, unsupportedMediaType } from './status-error.ts'

/** Field number → name and how to read it. */
type Message = Readonly<Record<number, readonly [name: string, read: Read]>>
type Read = (bytes: Buffer) => unknown

const text: Read = (bytes) => bytes.toString('utf8')
const base64: Read = (bytes) => bytes.toString('base64')

/** Maps come as repeated entries of key (1) and value (2). */
function mapOf(value: Read): Read {
  return (bytes) => {
    const fields = readFields(bytes)
    const key = fields.find(({ number }) => number === 1)?.bytes ?? Buffer.alloc(0)
    const found = fields.find(({ number }) => number === 2)?.bytes ?? Buffer.alloc(0)
    return { [text(key) as string]: value(found) }
  }
}

const META: Message = {
  1: ['name', text],
  2: ['generateName', text],
  3: ['namespace', text],
  11: ['labels', mapOf(text)],
  12: ['annotations', mapOf(text)],
}

const metadata: readonly [string, Read] = ['metadata', (bytes) => readMessage(bytes, META)]

const KINDS: Readonly<Record<string, Message>> = {
  Namespace: { 1: metadata },
  ServiceAccount: { 1: metadata },
  ConfigMap: { 1: metadata, 2: ['data', mapOf(text)], 3: ['binaryData', mapOf(base64)] },
  Secret: { 1: metadata, 2: ['data', mapOf(base64)], 3: ['type', text], 4: ['stringData', mapOf(text)] },
}

const MAGIC = Buffer.from('k8s\0')

/** Reads what `kubectl create namespace|configmap|secret|serviceaccount` sends. Throws a 415 for other kinds. */
export function decodeProtobuf(bytes: Buffer): unknown {
  if (!bytes.subarray(0, 4).equals(MAGIC)) throw badRequest('the body is not a Kubernetes protobuf object')
  const envelope = readFields(bytes.subarray(4))
  const type = readMessage(bytesOf(envelope, 1), { 1: ['apiVersion', text], 2: ['kind', text] })
  const { apiVersion, kind } = type
  const message = apiVersion === 'v1' && typeof kind === 'string' ? KINDS[kind] : undefined
  if (message === undefined) {
    throw unsupportedMediaType(
      `this API server reads ${String(kind)} of ${String(apiVersion)} as JSON only, not as protobuf: use kubectl apply -f or kubectl create -f`,
    )
  }
  return { apiVersion, kind, ...readMessage(bytesOf(envelope, 2), message) }
}

function bytesOf(fields: readonly Field[], wanted: number): Buffer {
  return fields.find(({ number }) => number === wanted)?.bytes ?? Buffer.alloc(0)
}

function readMessage(bytes: Buffer, message: Message): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const field of readFields(bytes)) {
    const [name, read] = message[field.number] ?? []
    if (name === undefined || read === undefined || field.bytes.length === 0) continue
    const value = read(field.bytes)
    const before = result[name]
    result[name] = typeof before === 'object' ? { ...before, ...(value as object) } : value
  }
  return result
}

interface Field {
  readonly number: number
  /** Empty for numbers, which nothing here reads. */
  readonly bytes: Buffer
}

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

function readFields(bytes: Buffer): readonly Field[] {
  const fields: Field[] = []
  const reader = new Reader(bytes)
  while (!reader.atEnd) {
    const tag = reader.varint()
    fields.push({ number: Math.floor(tag / 8), bytes: reader.value(tag % 8) })
  }
  return fields
}

class Reader {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  varint(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = this.#take(1)[0] ?? 0
      value += (byte % 128) * factor
      if (byte < 128) return value
    }
    throw badRequest('the protobuf body has a number that does not end')
  }

  value(wireType: number): Buffer {
    switch (wireType) {
      case VARINT:
        this.varint()
        return Buffer.alloc(0)
      case FIXED64:
        this.#take(8)
        return Buffer.alloc(0)
      case FIXED32:
        this.#take(4)
        return Buffer.alloc(0)
      case LENGTH_DELIMITED:
        return this.#take(this.varint())
      default:
        throw badRequest(`the protobuf body has an unknown wire type ${wireType}`)
    }
  }

  #take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw badRequest('the protobuf body ends too early')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }
}
