/** What went wrong below the level of a reply. */
export type TransportKind =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'dns'
  | 'unreachable'
  | 'tls'
  /** The peer began to answer and stopped. */
  | 'aborted-by-peer'
  /** The peer answered with something that is not HTTP. */
  | 'protocol'
  | 'other'

/** `true`: the peer has the request; `false`: no byte of it left; `unknown`: it may have arrived, so it must not be repeated. */
export type Sent = boolean | 'unknown'

export interface TransportErrorDetails {
  readonly kind: TransportKind
  readonly sent: Sent
  /** What was being done, such as `POST http://127.0.0.1:8080/api`. */
  readonly doing: string
  /** Replaces the sentence that belongs to the kind. */
  readonly reason?: string
  /** Said after the sentence, such as `gave up after 4 tries`. */
  readonly note?: string
  readonly cause?: unknown
}

/** A request that got no reply, with the first cause kept. */
export class TransportError extends Error {
  readonly kind: TransportKind
  readonly sent: Sent
  readonly details: TransportErrorDetails

  constructor(details: TransportErrorDetails) {
    const { kind, sent, doing, reason, note, cause } = details
    const tail = note === undefined ? '' : ` (${note})`
    super(`${doing}: ${reason ?? sentenceOf(kind, cause)}${tail}`, { cause })
    this.name = 'TransportError'
    this.kind = kind
    this.sent = sent
    this.details = details
  }
}

const KIND_OF_CODE: Readonly<Record<string, TransportKind>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'aborted-by-peer',
  ERR_STREAM_PREMATURE_CLOSE: 'aborted-by-peer',
  ERR_READING_RESPONSE_STREAM: 'aborted-by-peer',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
}

const SENTENCES: Readonly<Record<TransportKind, string>> = {
  refused: 'connection refused',
  reset: 'connection reset',
  timeout: 'timed out',
  dns: 'host name not found',
  unreachable: 'host unreachable',
  tls: 'TLS failed',
  'aborted-by-peer': 'the reply was cut off',
  protocol: 'the reply is not HTTP',
  other: 'failed',
}

/** The kind that belongs to the code of Node's error. */
export function transportKind(error: unknown): TransportKind {
  const code = codeOf(error)
  if (code === undefined) return 'other'
  const known = KIND_OF_CODE[code]
  if (known !== undefined) return known
  if (code.startsWith('HPE_')) return 'protocol'
  return code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_') || code.startsWith('CERT_')
    ? 'tls'
    : 'other'
}

/** Kinds after which nothing can have been sent. */
export function neverConnected(kind: TransportKind): boolean {
  return kind === 'refused' || kind === 'dns' || kind === 'unreachable'
}

/** Node's `code` of an error, such as `ECONNRESET`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function sentenceOf(kind: TransportKind, cause: unknown): string {
  const sentence = SENTENCES[kind]
  const detail = kind === 'tls' || kind === 'other' || kind === 'protocol'
  return detail && cause instanceof Error ? `${sentence}: ${cause.message}` : sentence
}
