import http from 'node:http'
import net from 'node:net'
import { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createHttp, type Http, type HttpOptions, type HttpRequest } from './http.ts'
import { TransportError } from './transport-error.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})

function client(options: Partial<HttpOptions> = {}): Http {
  const made = createHttp({ clock: systemClock, ...options })
  closers.push(() => made.close())
  return made
}

/** A server that counts its connections and requests. */
async function serve(listener: http.RequestListener) {
  const seen = { connections: 0, requests: 0 }
  const server = http.createServer((request, response) => {
    seen.requests += 1
    listener(request, response)
  })
  server.on('connection', () => (seen.connections += 1))
  return { ...(await listen(server)), seen }
}

async function listen(server: net.Server) {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${port}/path`, port, sockets }
}

const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  timeoutMs: 10_000,
  ...more,
})
const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest =>
  get(url, { method: 'POST', body: '{"a":1}', ...more })

function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

async function failureOf(work: Promise<unknown>): Promise<TransportError> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof TransportError)) throw error as Error
  return error
}

test('a reply comes back as it was sent, whatever its status', async () => {
  const { url, seen } = await serve((_, response) => {
    response.writeHead(503, { 'content-type': 'text/x', 'retry-after': '1', 'X-Seen': 'yes' })
    response.end(Buffer.from([0, 255, 10]))
  })
  const reply = await client().exchange(get(url))
  expect(reply.status).toBe(503)
  expect([...reply.body]).toEqual([0, 255, 10])
  expect(reply.headers['x-seen']).toBe('yes')
  expect(reply.redone).toBe(false)
  expect(seen.requests).toBe(1)
})

test('body, headers and verb reach the server untouched, and nothing is asked to be compressed', async () => {
  const got: unknown[] = []
  const { url } = await serve((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => (body += part))
    request.on('end', () => {
      got.push(request.method, request.headers['content-type'], request.headers['accept-encoding'], body)
      response.end()
    })
  })
  await client().exchange(post(url, { headers: { 'Content-Type': 'application/x-odd' }, body: 'ü{' }))
  expect(got).toEqual(['POST', 'application/x-odd', 'identity', 'ü{'])
})

test('redirects are replies', async () => {
  const { url, seen } = await serve((_, response) => response.writeHead(302, { location: '/other' }).end())
  expect((await client().exchange(get(url))).status).toBe(302)
  expect(seen.requests).toBe(1)
})

test('connections are kept and bounded', async () => {
  const { url, seen } = await serve((_, response) => response.end('ok'))
  const http = client({ maxSockets: 2 })
  await Promise.all(Array.from({ length: 10 }, () => http.exchange(get(url))))
  await http.exchange(get(url))
  expect(seen.requests).toBe(11)
  expect(seen.connections).toBe(2)
})

test('a refused connection names the request and says that nothing was sent', async () => {
  const { url, port } = await serve((_, response) => response.end())
  closers.pop()?.()
  const error = await failureOf(client().exchange(post(url)))
  expect(error).toMatchObject({ kind: 'refused', sent: false })
  expect(error.message).toBe(`POST http://127.0.0.1:${port}/path: connection refused`)
  expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' })
})

test('a host that does not exist is a dns error', async () => {
  const error = await failureOf(client().exchange(get('http://gwscen.invalid/')))
  expect(error).toMatchObject({ kind: 'dns', sent: false })
})

test('a reset before the reply leaves open whether the request arrived, and a POST goes out once', async () => {
  const { url, seen } = await serve((request) => request.socket.resetAndDestroy())
  const error = await failureOf(client().exchange(post(url)))
  expect(error).toMatchObject({ kind: 'reset', sent: 'unknown' })
  expect(seen.requests).toBe(1)
})

test('a reply that stops half way is told from one that never began', async () => {
  const { url } = await serve((request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half')
    setImmediate(() => request.socket.resetAndDestroy())
  })
  const error = await failureOf(client().exchange(get(url)))
  expect(error).toMatchObject({ kind: 'aborted-by-peer', sent: true })
})

test('what is not HTTP is a protocol error', async () => {
  const { url } = await listen(net.createServer((socket) => socket.end('-ERR this is redis\r\n')))
  expect(await failureOf(client().exchange(get(url)))).toMatchObject({ kind: 'protocol' })
})

test('the time limit goes by the clock and says how long it was', async () => {
  const clock = new ManualClock()
  const arrived = gate()
  const { url } = await serve(() => arrived.open())
  const asking = failureOf(client({ clock }).exchange(post(url, { timeoutMs: 1500 })))
  await arrived.opened
  await clock.advance(1500)
  const error = await asking
  expect(error).toMatchObject({ kind: 'timeout', sent: 'unknown' })
  expect(error.message).toContain('no complete reply within 1500 ms')
  expect(clock.pending).toBe(0)
})

test("an abort rejects with the caller's own reason, before and during the request", async () => {
  const arrived = gate()
  const { url, seen } = await serve(() => arrived.open())
  const stop = new AbortController()
  const reason = new Error('enough')
  const asking = client().exchange(get(url, { signal: stop.signal }))
  await arrived.opened
  stop.abort(reason)
  await expect(asking).rejects.toBe(reason)
  await expect(client().exchange(get(url, { signal: stop.signal }))).rejects.toBe(reason)
  expect(seen.requests).toBe(1)
})

/** Answers the first request on each connection and resets the connection at the second. */
async function serveOncePerConnection() {
  const answered = new WeakSet<object>()
  return serve((request, response) => {
    if (answered.has(request.socket)) {
      request.socket.resetAndDestroy()
      return
    }
    answered.add(request.socket)
    response.end('ok')
  })
}

test('a GET on a kept connection that turns out dead is asked once more', async () => {
  const { url, seen } = await serveOncePerConnection()
  const http = client({ maxSockets: 1 })
  await http.exchange(get(url))
  const reply = await http.exchange(get(url))
  expect(reply.redone).toBe(true)
  expect(seen).toEqual({ connections: 2, requests: 3 })
})

test('a POST on a kept connection that turns out dead is never repeated', async () => {
  const { url, seen } = await serveOncePerConnection()
  const http = client({ maxSockets: 1 })
  await http.exchange(post(url))
  const error = await failureOf(http.exchange(post(url)))
  expect(error).toMatchObject({ kind: 'reset', sent: 'unknown' })
  expect(seen).toEqual({ connections: 1, requests: 2 })
})

test('a GET on a fresh connection that is reset is not repeated', async () => {
  const { url, seen } = await serve((request) => request.socket.resetAndDestroy())
  expect(await failureOf(client().exchange(get(url)))).toMatchObject({ kind: 'reset' })
  expect(seen.requests).toBe(1)
})

test('a GET whose reply had begun is not repeated', async () => {
  let served = 0
  const { url, seen } = await serve((request, response) => {
    served += 1
    if (served === 1) {
      response.end('ok')
      return
    }
    request.socket.write('HTTP/1.1 2', () => request.socket.resetAndDestroy())
  })
  const http = client({ maxSockets: 1 })
  await http.exchange(get(url))
  await failureOf(http.exchange(get(url)))
  expect(seen.requests).toBe(2)
})

test('connections can be made by a function instead of TCP', async () => {
  const server = http.createServer((request, response) => response.end(`via ${request.url ?? ''}`))
  const asked: unknown[] = []
  const http_ = client({
    makeConnection: (to) => {
      asked.push(to)
      const [ours, theirs] = pair()
      server.emit('connection', theirs)
      return ours
    },
  })
  const reply = await http_.exchange(get('http://gateway.sandbox:8080/x'))
  const shots = await http_.burst([get('http://gateway.sandbox:8080/y')])
  expect(reply.body.toString()).toBe('via /x')
  expect(shots.results[0]).toMatchObject({ ok: true, reply: { status: 200 } })
  expect(asked).toEqual(Array.from({ length: 2 }, () => ({ host: 'gateway.sandbox', port: 8080 })))
})

class Half extends Duplex {
  peer: Half | undefined
  connecting = false
  setKeepAlive(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setTimeout(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
  override _read(): void {
    // The peer pushes.
  }
  override _write(chunk: Buffer, _: string, done: () => void): void {
    process.nextTick(() => {
      this.peer?.push(chunk)
      done()
    })
  }
  override _final(done: () => void): void {
    this.peer?.push(null)
    done()
  }
}

function pair(): [Half, Half] {
  const [ours, theirs] = [new Half(), new Half()]
  ours.peer = theirs
  theirs.peer = ours
  return [ours, theirs]
}

test('a burst opens every connection before it writes, and answers in order', async () => {
  const waiting: http.ServerResponse[] = []
  const { url, seen } = await serve((_, response) => {
    waiting.push(response)
    if (waiting.length < 8) return
    expect(seen.connections).toBe(8)
    for (const one of waiting.reverse()) one.end(one.req.url)
  })
  const requests = Array.from({ length: 8 }, (_, index) => post(`${url}/${index}`))
  const { results, spreadMs } = await client({ maxSockets: 1 }).burst(requests)
  const bodies = results.map((result) => (result.ok ? result.reply.body.toString() : result.error))
  expect(bodies).toEqual(requests.map((_, index) => `/path/${index}`))
  expect(spreadMs).toBeGreaterThanOrEqual(0)
})

test('a burst of which one connection fails sends nothing', async () => {
  const { url, seen } = await serve((_, response) => response.end())
  const gone = await serve((_, response) => response.end())
  closers.pop()?.()
  const error = await failureOf(client().burst([post(url), post(gone.url), post(url)]))
  expect(error).toMatchObject({ kind: 'refused', sent: false })
  expect(seen.requests).toBe(0)
})

test('a burst survives a connection that is reset before it is used', async () => {
  const server = http.createServer((_, response) => response.end('ok'))
  const made: Half[] = []
  const firing = client({
    makeConnection: () => {
      const [ours, theirs] = pair()
      // The second one takes its time.
      ours.connecting = made.length === 1
      made.push(ours)
      server.emit('connection', theirs)
      return ours
    },
  }).burst([post('http://gateway/0'), post('http://gateway/1')])
  const [first, second] = made
  await new Promise((resolve) => setImmediate(resolve))
  first?.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
  await new Promise((resolve) => setImmediate(resolve))
  second?.emit('connect')
  const { results } = await firing
  expect(results[0]).toMatchObject({ ok: false, error: { kind: 'reset', sent: false } })
  expect(results[1]).toMatchObject({ ok: true, reply: { status: 200 } })
})

test('in a burst each request fails for itself, and none is repeated', async () => {
  const { url, seen } = await serve((request, response) => {
    if (request.url === '/path/1') request.socket.resetAndDestroy()
    else response.end('ok')
  })
  const { results } = await client().burst([post(`${url}/0`), post(`${url}/1`), post(`${url}/2`)])
  expect(results.map((result) => result.ok)).toEqual([true, false, true])
  expect(results[1]).toMatchObject({ error: { kind: 'reset', sent: 'unknown' } })
  expect(seen.requests).toBe(3)
})

test('a burst keeps to the time limit and to the signal', async () => {
  const clock = new ManualClock()
  const both = gate()
  let arrived = 0
  const { url } = await serve(() => {
    arrived += 1
    if (arrived === 2) both.open()
  })
  const stop = new AbortController()
  const firing = client({ clock }).burst([post(url, { timeoutMs: 700 }), post(url, { signal: stop.signal })])
  await both.opened
  stop.abort(new Error('enough'))
  await clock.advance(700)
  const { results } = await firing
  expect(results[0]).toMatchObject({ ok: false, error: { kind: 'timeout', sent: 'unknown' } })
  expect(results[1]).toMatchObject({ ok: false, error: { message: 'enough' } })
  expect(clock.pending).toBe(0)
})
