import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { Clock } from '../base/clock.ts'
import { deadlineOf, nameOf, whyStopped } from './deadline.ts'
import type { HttpRequest } from './http.ts'
import type { MakeConnection } from './make-connection.ts'
import { TransportError, transportKind } from './transport-error.ts'

export interface OpenContext {
  readonly clock: Clock
  readonly makeConnection?: MakeConnection
  readonly ca?: string
}

/** A connection that is ready to be written to. Rejects with `TransportError` within the request's time limit. */
export function openSocket(request: HttpRequest, context: OpenContext): Promise<Duplex> {
  const url = new URL(request.url)
  const socket = connect(url, context)
  const deadline = deadlineOf(request, context.clock)
  return new Promise((resolve, reject) => {
    const fail = (reason: Error): void => {
      deadline.release()
      reject(reason)
      socket.destroy()
    }
    const failed = (cause: Error): void =>
      fail(new TransportError({ kind: transportKind(cause), sent: false, doing: nameOf(request), cause }))
    const stopped = (): void => fail(whyStopped(deadline.signal, request, false))
    const done = (): void => {
      deadline.release()
      deadline.signal.removeEventListener('abort', stopped)
      socket.off('error', failed)
      // Whoever writes next will find it destroyed; until then an error must have a listener.
      socket.on('error', () => socket.destroy())
      resolve(socket)
    }
    socket.on('error', failed)
    if (deadline.signal.aborted) stopped()
    else deadline.signal.addEventListener('abort', stopped, { once: true })
    if (!isConnecting(socket)) process.nextTick(done)
    else socket.once(socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect', done)
  })
}

function connect(url: URL, { makeConnection, ca }: OpenContext): Duplex {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port || (secure ? 443 : 80))
  if (makeConnection !== undefined) return makeConnection({ host, port })
  if (!secure) return net.connect({ host, port, noDelay: true })
  const name = net.isIP(host) === 0 ? { servername: host } : {}
  return tls.connect({ host, port, ...name, ...(ca === undefined ? {} : { ca }) })
}

/** A socket, or a stand-in for one, that is not usable yet. */
export function isConnecting(socket: Duplex): boolean {
  return 'connecting' in socket && socket.connecting === true
}
