import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Clock } from '../../base/clock.ts'
import { RedisDoor } from './redis-door.ts'

/** One side of a connection, which hears what is written to it and says what it is told to. */
class Side extends Duplex {
  heard = ''

  say(text: string): void {
    this.push(text)
  }

  override _read(): void {
    // Says something when it is told to.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.heard += chunk.toString()
    done()
  }
}

/** Its timers run when the test lets them, whatever time it is. */
class LateClock {
  time = 0
  timers: (() => void)[] = []

  readonly clock: Clock = {
    now: () => this.time,
    wall: () => this.time,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    after: (_, then) => {
      this.timers.push(then)
      return () => (this.timers = this.timers.filter((other) => other !== then))
    },
  }

  run(): void {
    for (const then of this.timers.splice(0)) then()
  }
}

async function openDoor() {
  const [client, server, late] = [new Side(), new Side(), new LateClock()]
  let welcome = (_: Duplex): void => undefined
  const door = await RedisDoor.open({ dial: () => server, restart: () => Promise.resolve() }, late.clock, {
    host: 'here',
    port: 1,
    open: (then) => Promise.resolve(void (welcome = then)),
    shut: () => Promise.resolve(),
  })
  welcome(client)
  const exchange = async (reply: string): Promise<void> => {
    client.say('*1\r\n$4\r\nPING\r\n')
    await setImmediate()
    server.say(`+${reply}\r\n`)
    await setImmediate()
  }
  return { door, client, late, exchange }
}

test('a reply does not overtake one whose delay is over while its timer is late', async () => {
  const { door, client, late, exchange } = await openDoor()
  const end = door.delayReplies(300)
  await exchange('first')
  await end()
  late.time = 400
  await exchange('second')
  expect(client.heard).toBe('')
  late.run()
  expect(client.heard).toBe('+first\r\n+second\r\n')
})

test('each reply waits its own time, and one without a delay for those before it', async () => {
  const { door, client, late, exchange } = await openDoor()
  const end = door.delayReplies(300)
  await exchange('first')
  late.time = 100
  await exchange('second')
  await end()
  await exchange('third')
  late.time = 300
  late.run()
  expect(client.heard).toBe('+first\r\n')
  late.time = 400
  late.run()
  expect(client.heard).toBe('+first\r\n+second\r\n+third\r\n')
  await exchange('fourth')
  expect(client.heard).toContain('fourth')
})
