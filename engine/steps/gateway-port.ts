import type { Json } from '../base/json.ts'
import type { TransportKind } from '../http/transport-error.ts'

export interface GatewayRequest {
  readonly method: string
  /** From the root of the gateway; never a URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs?: number
}

/** A response as scenarios see it. */
export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed when it is JSON, else text. */
  readonly body: Json
  readonly ms: number
}

/** What became of a request: a reply, or the reason why none came. */
export type Answer =
  | { readonly reply: Reply; readonly transport?: undefined }
  | {
      readonly reply?: undefined
      readonly transport: { readonly kind: TransportKind; readonly message: string }
    }

/** The gateway under test as steps reach it: recorded for the report, and entered in the ledger where it is a signal. */
export interface GatewayPort {
  exchange(request: GatewayRequest): Promise<Answer>
  /** One connection per request, opened first; then all requests are written in one turn. */
  together(
    requests: readonly GatewayRequest[],
  ): Promise<{ readonly answers: readonly Answer[]; readonly spreadMs: number }>
}
