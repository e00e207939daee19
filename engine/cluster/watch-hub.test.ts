import { afterEach, beforeEach, expect, test } from 'vitest'
import { randomFrom } from '../base/random.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import type { Revision } from './object-history.ts'
import { FakeApiServer, WIDGETS, lineOf, refuse, type Call } from './testing/fake-api-server.ts'
import type { ClusterConnection, KubeObject } from './types.ts'
import { createWatchHub, type ObjectStream, type WatchHub, type WatchHubOptions } from './watch-hub.ts'

let api: FakeApiServer
let connection: ClusterConnection
let clock: ManualClock
const hubs: WatchHub[] = []

beforeEach(async () => {
  api = new FakeApiServer()
  connection = await api.listen()
  clock = new ManualClock()
})
afterEach(async () => {
  for (const hub of hubs.splice(0)) hub.close()
  await api.close()
})

function openHub(options: Partial<WatchHubOptions> = {}): WatchHub {
  const hub = createWatchHub({ connection, clock, random: randomFrom('test'), ...options })
  hubs.push(hub)
  return hub
}

/** A stream whose first list is in and whose watch is open. */
async function openStream(options: Partial<WatchHubOptions> = {}): Promise<ObjectStream> {
  const stream = openHub(options).open(WIDGETS)
  await stream.ready
  await until(() => api.watches.size === 1)
  return stream
}

/** Lets the event loop turn and time pass until the condition holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await clock.advance(20)
}

const lastVersion = (stream: ObjectStream, name: string): string | undefined =>
  stream.revisions({ namespace: 'shop', name }).at(-1)?.object.metadata.resourceVersion

const seen = (object: KubeObject, stream: ObjectStream) => (): boolean =>
  lastVersion(stream, object.metadata.name) === object.metadata.resourceVersion

const story = (revisions: readonly Revision[]): string[] =>
  revisions.map(({ event, object }) => `${event} ${object.metadata.name} ${String(object['step'])}`)

const watchCalls = (): Call[] => api.calls.filter((call) => call.query.has('watch'))
const listCalls = (): Call[] => api.calls.filter((call) => call.method === 'GET' && !call.query.has('watch'))

test('lists once, then follows, and keeps every state with its time', async () => {
  api.put('a', { step: 1 })
  const stream = await openStream()
  expect(stream.current().map(({ kind, metadata }) => [kind, metadata.name])).toEqual([['Widget', 'a']])
  await clock.advance(700)
  await until(seen(api.put('a', { step: 2 }), stream))
  api.remove('a')
  await until(() => stream.current().length === 0)
  const revisions = stream.revisions({ namespace: 'shop', name: 'a' })
  expect(story(revisions)).toEqual(['added a 1', 'modified a 2', 'deleted a 2'])
  expect(revisions[1]?.at).toBeGreaterThanOrEqual(700)
  expect(revisions[1]?.wall).toBe(clock.wall() - clock.now() + (revisions[1]?.at ?? 0))
  expect(stream.revisions({ uid: revisions[0]?.object.metadata.uid ?? '' })).toEqual(revisions)
  expect(stream.holes).toBe(0)
  const [watch] = watchCalls()
  expect(watch?.query.get('allowWatchBookmarks')).toBe('true')
  expect(watch?.query.get('timeoutSeconds')).toBe('1800')
  expect(watch?.query.get('resourceVersion')).toBe('101')
})

test('one watch serves all who ask for a type', async () => {
  const hub = openHub()
  expect(hub.open(WIDGETS)).toBe(hub.open({ ...WIDGETS }))
  await hub.open(WIDGETS).ready
  await until(() => api.watches.size === 1)
  expect(watchCalls()).toHaveLength(1)
})

test('a hub can be limited to one namespace', async () => {
  await openStream({ namespace: 'shop' })
  expect(new Set(api.calls.map((call) => call.path))).toEqual(
    new Set(['/apis/test.dev/v1/namespaces/shop/widgets']),
  )
})

test('listeners hear each change in order until they leave', async () => {
  const stream = await openStream()
  const heard: Revision[] = []
  const leave = stream.subscribe((revision) => heard.push(revision))
  api.put('a', { step: 1 })
  api.put('b', { step: 1 })
  api.put('a', { step: 2 })
  await until(() => heard.length === 3)
  leave()
  await until(seen(api.put('a', { step: 3 }), stream))
  expect(story(heard)).toEqual(['added a 1', 'added b 1', 'modified a 2'])
})

test('an object made again under its name is another one in the same story', async () => {
  const stream = await openStream()
  api.put('a', { step: 1 })
  api.remove('a')
  await until(seen(api.put('a', { step: 2 }), stream))
  expect(story(stream.revisions({ namespace: 'shop', name: 'a' }))).toEqual([
    'added a 1',
    'deleted a 1',
    'added a 2',
  ])
  expect(stream.current('shop')).toHaveLength(1)
  expect(stream.current('elsewhere')).toHaveLength(0)
})

const endings: Record<string, (stream: ObjectStream) => Promise<void> | void> = {
  'the server ends the watch': () => {
    api.endWatches()
  },
  'the connection is reset': () => {
    for (const socket of api.sockets) socket.resetAndDestroy()
  },
  'the connection is cut in the middle of a line': () => {
    api.endWatches('{"type":"ADDED","object":{"metadata":{"name":"half')
  },
  'the connection is reset in the middle of a line': async () => {
    for (const watch of api.watches) watch.write('{"type":"ADDED","obj')
    await clock.advance(0)
    for (const socket of api.sockets) socket.resetAndDestroy()
  },
  'the connection is half open and silent': async () => {
    api.watches.clear()
    await clock.advance(90_000)
  },
  'the watch is answered with 429 and then with 500': () => {
    api.script(
      'watch',
      ({ response }) => refuse(response, 429, { retryAfter: 1 }),
      ({ response }) => refuse(response, 500),
    )
    api.endWatches()
  },
  'the watch carries a passing error': () => {
    api.endWatches(lineOf({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd is away' } }))
  },
}

for (const [name, end] of Object.entries(endings)) {
  test(`nothing is missed and nothing is seen twice when ${name}`, async () => {
    const stream = await openStream()
    await until(seen(api.put('a', { step: 1 }), stream))
    await end(stream)
    api.put('a', { step: 2 })
    await until(seen(api.put('a', { step: 3 }), stream))
    expect(story(stream.revisions({ namespace: 'shop', name: 'a' }))).toEqual([
      'added a 1',
      'modified a 2',
      'modified a 3',
    ])
    expect(stream.holes).toBe(0)
    expect(stream.downSince).toBeUndefined()
    expect(listCalls()).toHaveLength(1)
  })
}

test('a Retry-After is waited for', async () => {
  const stream = await openStream()
  api.script('watch', ({ response }) => refuse(response, 429, { reason: 'TooManyRequests', retryAfter: 3 }))
  api.endWatches()
  await until(() => watchCalls().length === 2)
  const from = clock.now()
  await until(() => stream.lastError?.includes('429 TooManyRequests') === true)
  expect(stream.downSince).toBeDefined()
  await until(() => watchCalls().length === 3)
  expect(clock.now() - from).toBeGreaterThanOrEqual(3000 - 20)
  await until(() => stream.lastError === undefined)
})

const expiries: Record<string, () => void> = {
  'as a status': () => {
    api.endWatches()
  },
  'within the watch': () => {
    api.endWatches(lineOf({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }))
  },
}

for (const [name, expire] of Object.entries(expiries)) {
  test(`an expired version, told ${name}, leads to a new list, a made-up story and one hole`, async () => {
    for (const one of ['kept', 'changed', 'gone', 'again']) api.put(one, { step: 1 })
    const stream = await openStream()
    const heard: Revision[] = []
    stream.subscribe((revision) => heard.push(revision))
    const blind = [...api.watches]
    api.watches.clear()
    api.put('changed', { step: 2 })
    api.put('changed', { step: 3 })
    api.remove('gone')
    api.remove('again')
    api.put('again', { step: 2 })
    api.put('new', { step: 1 })
    api.compact()
    for (const watch of blind) api.watches.add(watch)
    expire()
    await until(() => stream.holes === 1)
    expect(story(heard).sort()).toEqual([
      'added again 2',
      'added new 1',
      'deleted again 1',
      'deleted gone 1',
      'modified changed 3',
    ])
    expect(
      stream
        .current()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(['again', 'changed', 'kept', 'new'])
    await until(seen(api.put('kept', { step: 2 }), stream))
    expect(stream.holes).toBe(1)
  })
}

test('a watch is resumed from the last bookmark', async () => {
  const stream = await openStream()
  // Changes to objects that this watch does not see move the version on.
  const watches = [...api.watches]
  api.watches.clear()
  api.put('elsewhere')
  api.compact()
  for (const watch of watches) api.watches.add(watch)
  api.bookmark()
  api.endWatches()
  await until(seen(api.put('a', { step: 1 }), stream))
  expect(watchCalls().map((call) => call.query.get('resourceVersion'))).toEqual(['100', '101'])
  expect(stream.holes).toBe(0)
})

test('bookmarks keep a quiet watch alive', async () => {
  await openStream({ silenceMs: 5000 })
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(4000)
    api.bookmark()
  }
  expect(watchCalls()).toHaveLength(1)
})

test('characters may be split over chunks', async () => {
  const stream = await openStream()
  const object = {
    kind: 'Widget',
    metadata: { name: 'ü€😀', namespace: 'shop', uid: 'u', resourceVersion: '900' },
  }
  const bytes = Buffer.from(lineOf({ type: 'ADDED', object }))
  for (const [watch] of [[...api.watches]]) {
    for (const byte of bytes) {
      watch?.write(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await until(() => stream.current().length === 1)
  expect(stream.current()[0]?.metadata.name).toBe('ü€😀')
})

test('a line that makes no sense leads to a new list', async () => {
  const stream = await openStream()
  for (const watch of api.watches) watch.write('not json\n')
  await until(() => stream.holes === 1)
  await until(seen(api.put('a', { step: 1 }), stream))
})

test('a server that ends every watch at once is asked ever more seldom, and never more than ten times a second', async () => {
  api.script(
    'watch',
    ...Array.from({ length: 1000 }, () => (call: Call) => call.response.writeHead(200).end()),
  )
  const stream = openHub().open(WIDGETS)
  await stream.ready
  await clock.advance(20_000)
  expect(watchCalls().length).toBeGreaterThan(5)
  expect(watchCalls().length).toBeLessThan(20)
})

test('a server that ends every watch after one event is asked at most ten times a second', async () => {
  let version = 1000
  const oneEvent = ({ response }: Call): void => {
    version += 1
    const metadata = { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: String(version) }
    response.writeHead(200).end(lineOf({ type: 'MODIFIED', object: { kind: 'Widget', metadata } }))
  }
  api.script('watch', ...Array.from({ length: 1000 }, () => oneEvent))
  const stream = openHub().open(WIDGETS)
  await stream.ready
  await clock.advance(10_000)
  expect(watchCalls().length).toBeGreaterThan(20)
  expect(watchCalls().length).toBeLessThanOrEqual(101)
  expect(stream.revisions({ uid: 'u' })).toHaveLength(watchCalls().length)
})

test('a list that fails is tried again, and says why until it works', async () => {
  api.script(
    'list',
    ({ response }) => refuse(response, 403, { reason: 'Forbidden', message: 'no widgets for you' }),
    ({ request }) => request.socket.resetAndDestroy(),
  )
  const stream = openHub().open(WIDGETS)
  await until(() => stream.lastError !== undefined)
  expect(stream.lastError).toContain('403 Forbidden: no widgets for you')
  expect(stream.downSince).toBe(0)
  await until(() => api.watches.size === 1)
  await stream.ready
  await until(() => stream.lastError === undefined)
  expect(stream.holes).toBe(0)
})

test('a forgotten namespace costs no memory, and new objects in it are seen again', async () => {
  const stream = await openStream()
  api.put('old', { step: 1 })
  await until(seen(api.put('other', { step: 1 }, 'shop'), stream))
  stream.forget('shop')
  expect(stream.current()).toEqual([])
  expect(stream.revisions({ namespace: 'shop', name: 'old' })).toEqual([])
  api.put('old', { step: 2 })
  api.remove('old')
  await until(seen(api.put('fresh', { step: 1 }), stream))
  expect(stream.revisions({ namespace: 'shop', name: 'old' })).toEqual([])
  await until(seen(api.put('old', { step: 3 }), stream))
  expect(story(stream.revisions({ namespace: 'shop', name: 'old' }))).toEqual(['added old 3'])
})

test('closing ends everything, and whoever still waits is told', async () => {
  api.script('list', () => undefined)
  const hub = openHub()
  const stream = hub.open(WIDGETS)
  await api.until(() => api.calls.length === 1)
  hub.close()
  await expect(stream.ready).rejects.toThrow('the watch hub is closed')
  expect(() => hub.open(WIDGETS)).toThrow('the watch hub is closed')
  await clock.advance(60_000)
  expect(api.calls).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test('new credentials are used from the next connection on', async () => {
  const hub = openHub()
  const stream = hub.open(WIDGETS)
  await stream.ready
  await until(() => api.watches.size === 1)
  hub.update({ ...connection, token: 'fresh' })
  await until(seen(api.put('a', { step: 1 }), stream))
  api.endWatches()
  await until(() => watchCalls().length === 2)
  expect(watchCalls().map((call) => call.headers.authorization)).toEqual([undefined, 'Bearer fresh'])
})

/** Does something nasty to the watches that are open, or prepares something for the next one. */
function misbehave(random: ReturnType<typeof randomFrom>): void {
  const deeds = [
    () => api.endWatches(),
    () => api.sockets.forEach((socket) => socket.resetAndDestroy()),
    () => {
      const [line] = api.log.slice(-1)
      const text = line === undefined ? '{' : lineOf(line)
      api.endWatches(text.slice(0, random.below(text.length)))
    },
    () => api.script('watch', ({ response }) => refuse(response, 429, { retryAfter: 1 })),
    () => api.script('watch', ({ response }) => refuse(response, 503)),
    () => api.script('watch', ({ request }) => request.socket.resetAndDestroy()),
    () => api.bookmark(),
  ]
  deeds[random.below(deeds.length)]?.()
}

for (const seed of [1, 2, 3]) {
  test(`through flaps of every sort, the history equals the server's own log (seed ${seed})`, async () => {
    const random = randomFrom('flaps', seed)
    const stream = await openStream({ silenceMs: 3000 })
    const alive = new Set<string>()
    for (let step = 0; step < 300; step += 1) {
      const name = `w${random.below(12)}`
      if (alive.has(name) && random.below(4) === 0) {
        api.remove(name)
        alive.delete(name)
      } else {
        api.put(name, { step })
        alive.add(name)
      }
      if (random.below(4) === 0) misbehave(random)
      if (random.below(2) === 0) await clock.advance(random.below(400))
    }
    const end = api.put('end', { step: 'end' })
    await until(seen(end, stream))
    const verbs: Record<string, string> = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' }
    for (const name of [...Array.from({ length: 12 }, (_, index) => `w${index}`), 'end']) {
      const log = api.log.filter(({ object }) => (object as KubeObject).metadata.name === name)
      const expected = log.map(
        ({ type, object }) => `${verbs[type]} ${name} ${String((object as KubeObject)['step'])}`,
      )
      expect(story(stream.revisions({ namespace: 'shop', name }))).toEqual(expected)
    }
    expect(stream.holes).toBe(0)
  })
}
