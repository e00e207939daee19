import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { isObject } from '../../base/json.ts'
import { tlsOptions } from '../api-transport.ts'
import type { ClusterConnection } from '../types.ts'

export interface Question {
  readonly body?: unknown
  /** Default `application/json`. */
  readonly type?: string
  readonly accept?: string
}

export interface Said {
  readonly status: number
  /** Of the Status object of an error. */
  readonly reason: unknown
  readonly message: string
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
}

export type Ask = (method: string, path: string, question?: Question) => Promise<Said>

/** Plain HTTP to an API server, for what no client would send. A text goes out as it is, anything else as JSON. */
export function askerOf(connection: ClusterConnection): Ask {
  return async (method, path, question) => {
    const reply = await send(connection, { method, path }, question)
    const said = await text(reply)
    const isJson = reply.headers['content-type']?.startsWith('application/json') === true
    const parsed: unknown = isJson ? JSON.parse(said) : {}
    const body = isObject(parsed) ? parsed : {}
    const message = typeof body['message'] === 'string' ? body['message'] : ''
    return { status: reply.statusCode ?? 0, reason: body['reason'], message, body, text: said }
  }
}

export interface WatchEvent {
  readonly type: string
  readonly object: Readonly<Record<string, unknown>>
}

/** All events of a watch, until the server ends it. Rejects with the status where there is no watch. */
export async function watchToItsEnd(
  connection: ClusterConnection,
  path: string,
): Promise<readonly WatchEvent[]> {
  const reply = await send(connection, { method: 'GET', path })
  if (reply.statusCode !== 200) throw new Error(`${reply.statusCode}: ${await text(reply)}`)
  const events: WatchEvent[] = []
  for await (const line of createInterface({ input: reply })) events.push(JSON.parse(line) as WatchEvent)
  return events
}

function send(
  connection: ClusterConnection,
  { method, path }: { readonly method: string; readonly path: string },
  { body, type = 'application/json', accept = 'application/json' }: Question = {},
): Promise<http.IncomingMessage> {
  const { server, token } = connection
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const start = server.startsWith('https:') ? https.request : http.request
    const sent = start(
      `${server}${path}`,
      {
        method,
        ...tlsOptions(connection),
        headers: {
          accept,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(payload === undefined
            ? {}
            : { 'content-type': type, 'content-length': Buffer.byteLength(payload) }),
        },
      },
      resolve,
    )
    sent.once('error', reject)
    sent.end(payload)
  })
}
