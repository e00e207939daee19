import { createDialer, type DialerOptions } from './dialer.ts'
import type { Forward } from './port-forward.ts'

/** What is in memory does not die unheard; more questions would only fill long virtual days. */
const PING_MS = 120_000

/** As a forward, but without a local port: whoever connects gets the stream to the pod itself. */
export function openDirect(options: DialerOptions): Forward {
  const dialer = createDialer({ pingMs: PING_MS, ...options })
  const close = (): Promise<void> => {
    dialer.close()
    return Promise.resolve()
  }
  return {
    host: '127.0.0.1',
    port: options.port,
    get target() {
      return dialer.target
    },
    get epoch() {
      return dialer.epoch
    },
    get lastError() {
      return dialer.lastError
    },
    get connections() {
      return dialer.connections
    },
    makeConnection: () => dialer.dial(),
    dial: () => dialer.dial(),
    check: (signal) => dialer.check(signal),
    on: (event, listener) => dialer.on(event, listener),
    refresh: (wanted) => dialer.refresh(wanted),
    update: (connection) => dialer.update(connection),
    close,
    [Symbol.asyncDispose]: close,
  }
}
