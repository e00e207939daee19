import { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LateClock } from '../../testing/late-clock.ts'
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
  late.pass(400)
  await exchange('second')
  expect(client.heard).toBe('')
  late.turn(0)
  expect(client.heard).toBe('+first\r\n+second\r\n')
})

test('each reply waits its own time, and one without a delay for those before it', async () => {
  const { door, client, late, exchange } = await openDoor()
  const end = door.delayReplies(300)
  await exchange('first')
  late.pass(100)
  await exchange('second')
  await end()
  await exchange('third')
  late.turn(200)
  expect(client.heard).toBe('+first\r\n')
  late.turn(100)
  expect(client.heard).toBe('+first\r\n+second\r\n+third\r\n')
  await exchange('fourth')
  expect(client.heard).toContain('fourth')
})
