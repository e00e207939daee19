import { expect, test } from 'vitest'
import type { Exchange } from '../events/event.ts'
import type { Http, HttpReply, HttpRequest } from '../http/http.ts'
import { TransportError } from '../http/transport-error.ts'
import type { Answer } from '../steps/gateway-port.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { GatewayLink } from './gateway-link.ts'
import { recordingGateway } from './recording-gateway.ts'

const lost = new TransportError({ kind: 'refused', sent: false, doing: 'POST /x' })

function replyOf(body: string, contentType = 'application/json'): HttpReply {
  const headers = { 'content-type': contentType, 'set-cookie': ['a', 'b'] }
  return { status: 202, headers, body: Buffer.from(body), ms: 3, redone: false }
}

function world(http: Partial<Http>) {
  const exchanges: Exchange[] = []
  const answers: Answer[] = []
  const asked: HttpRequest[] = []
  const base: Http = {
    exchange: () => Promise.reject(new Error('not here')),
    burst: () => Promise.reject(new Error('not here')),
    close: () => undefined,
    ...http,
  }
  const spied: Http = {
    ...base,
    exchange: (request) => {
      asked.push(request)
      return base.exchange(request)
    },
  }
  const port = recordingGateway({
    link: { http: spied, url: 'http://gateway' } as GatewayLink,
    clock: new ManualClock(),
    signal: new AbortController().signal,
    from: '10.0.0.1',
    onExchange: (exchange) => exchanges.push(exchange),
    onReply: (_, answer) => answers.push(answer),
  })
  return { port, exchanges, answers, asked }
}

const request = {
  method: 'POST',
  path: '/x',
  headers: { 'content-type': 'application/json' },
  body: '{"a":1}',
}

test('an exchange is told with everything that went out and came back', async () => {
  const { port, exchanges, answers, asked } = world({ exchange: () => Promise.resolve(replyOf('{"id":7}')) })
  const answer = await port.exchange(request)
  expect(answer.reply).toMatchObject({ status: 202, body: { id: 7 }, headers: { 'set-cookie': 'a, b' } })
  expect(answers).toEqual([answer])
  expect(asked[0]).toMatchObject({ url: 'http://gateway/x', timeoutMs: 10_000, body: '{"a":1}' })
  expect(exchanges).toMatchObject([
    {
      method: 'POST',
      path: '/x',
      requestHeaders: { 'x-forwarded-for': '10.0.0.1', 'content-type': 'application/json' },
      requestBody: '{"a":1}',
      status: 202,
      body: '{"id":7}',
    },
  ])
})

test('a body is parsed when it is JSON, else its text', async () => {
  const body = async (text: string, type: string): Promise<unknown> =>
    (await world({ exchange: () => Promise.resolve(replyOf(text, type)) }).port.exchange(request)).reply?.body
  expect(await body('{"a":1}', 'text/plain')).toEqual({ a: 1 })
  expect(await body('{broken', 'application/problem+json')).toBe('{broken')
  expect(await body('a 1', 'text/plain')).toBe('a 1')
  expect(await body('[1]', 'application/json')).toEqual([1])
})

test('a lost request is an answer of its own kind, told, and not in the ledger', async () => {
  const { port, exchanges, answers } = world({ exchange: () => Promise.reject(lost) })
  expect(await port.exchange(request)).toEqual({ transport: { kind: 'refused', message: lost.message } })
  expect(exchanges).toMatchObject([{ transportError: lost.message }])
  expect(answers).toEqual([])
})

test('what is no transport error goes on up', async () => {
  const stop = new Error('stopped')
  const { port, exchanges } = world({ exchange: () => Promise.reject(stop) })
  await expect(port.exchange(request)).rejects.toBe(stop)
  expect(exchanges).toEqual([])
})

test('together, each request has an answer of its own', async () => {
  const results = [
    { ok: true as const, reply: replyOf('{}') },
    { ok: false as const, error: lost },
  ]
  const { port, answers, exchanges } = world({ burst: () => Promise.resolve({ results, spreadMs: 1.5 }) })
  const { answers: given, spreadMs } = await port.together([request, request])
  expect(spreadMs).toBe(1.5)
  expect(given).toMatchObject([{ reply: { status: 202 } }, { transport: { kind: 'refused' } }])
  expect([answers.length, exchanges.length]).toEqual([1, 2])
})

test('together, a connection that cannot be opened is the loss of all', async () => {
  const { port, exchanges } = world({ burst: () => Promise.reject(lost) })
  const { answers } = await port.together([request, request])
  expect(answers.map(({ transport }) => transport?.kind)).toEqual(['refused', 'refused'])
  expect(exchanges).toHaveLength(2)
})

test('together, an abort goes on up', async () => {
  const stop = new Error('stopped')
  const { port } = world({ burst: () => Promise.reject(stop) })
  await expect(port.together([request])).rejects.toBe(stop)
})
