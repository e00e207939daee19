/** A conversation with the real gateway; see the README beside the recordings. */
export interface Recording {
  readonly profile: string
  readonly name: string
  readonly about: string
  readonly namespaces: readonly (
    string | { readonly name: string; readonly labels: Record<string, string> }
  )[]
  readonly config: { readonly processing: Record<string, Record<string, unknown>> }
  readonly steps: readonly RecordedStep[]
  readonly metrics: Readonly<Record<string, number>>
}

export interface RecordedSend {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface RecordedReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface RecordedKey {
  readonly type: string
  /** Seconds; null for none. */
  readonly ttl: number | null
  readonly value: unknown
}

/** Seconds since the start, and what happened then. */
export interface RecordedStep {
  readonly at: number
  readonly send?: RecordedSend
  readonly reply?: RecordedReply
  readonly together?: readonly RecordedSend[]
  readonly replies?: readonly RecordedReply[]
  readonly wait?: number
  readonly phase?: { readonly to: string; readonly match?: string; readonly index?: number }
  readonly patched?: unknown
  readonly remove?: boolean
  readonly flush?: boolean
  readonly look?: boolean
  readonly redis?: Readonly<Record<string, RecordedKey>>
  readonly objects?: readonly unknown[]
  readonly metrics?: Readonly<Record<string, number>>
}
