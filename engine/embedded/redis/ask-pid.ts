import { connect } from 'node:net'

import type { Clock } from '../../base/clock.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Whoever has the port may be no Redis at all and never answer. */
const ANSWER_MS = 1000

/** The process id that the Redis at this address says it has; undefined while there is none that answers. */
export function askPid({
  host,
  port,
  clock,
}: Address & { readonly clock: Clock }): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const cancel = clock.after(ANSWER_MS, () => socket.destroy())
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('connect', () => socket.end('INFO server\r\nQUIT\r\n'))
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    // Nobody listens yet; `close` follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      cancel()
      const pid = /^process_id:(\d+)\r$/m.exec(answer)?.[1]
      resolve(pid === undefined ? undefined : Number(pid))
    })
  })
}
