import { asNumber, asTexts } from './redis-replies.ts'
import type { World } from './world.ts'

const NAMESPACE_CAPACITY = 1000
const SAMPLING_FROM = 0.95
const SAMPLING_RATE = 0.5
const SCAN_COUNT = 1000

type Room = 'free' | 'sampled-out' | 'full'

/** How many alerts the buffers of a namespace may hold. */
export class BufferCapacity {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** From 95 % on every other alert, drawn by lot, is not stored. */
  async room(namespace: string): Promise<Room> {
    const { metrics, random } = this.#world
    const used = await this.#used(namespace)
    if (used >= NAMESPACE_CAPACITY) {
      metrics.add('gateway_namespace_buffer_blocking_total', { namespace })
      metrics.add('gateway_storm_buffer_overflow_total', { namespace })
      return 'full'
    }
    const sampled = used / NAMESPACE_CAPACITY > SAMPLING_FROM && random.next() > SAMPLING_RATE
    return sampled ? 'sampled-out' : 'free'
  }

  /** Shows how full the buffers are; a failure leaves the gauge as it was. */
  async show(namespace: string): Promise<void> {
    try {
      const share = (await this.#used(namespace)) / NAMESPACE_CAPACITY
      this.#world.metrics.set('gateway_namespace_buffer_utilization', share, { namespace })
    } catch (error) {
      this.#world.journal.error('buffers not measured', error)
    }
  }

  async #used(namespace: string): Promise<number> {
    const { redis } = this.#world
    let used = 0
    let cursor = '0'
    do {
      const reply = await redis.command(
        'SCAN',
        cursor,
        'MATCH',
        `alert:buffer:${namespace}:*`,
        'COUNT',
        SCAN_COUNT,
      )
      const [next, keys] = Array.isArray(reply) ? (reply as readonly unknown[]) : ['0', []]
      for (const key of asTexts(keys)) used += await this.#length(key)
      cursor = String(next)
    } while (cursor !== '0')
    return used
  }

  async #length(key: string): Promise<number> {
    try {
      return asNumber(await this.#world.redis.command('LLEN', key))
    } catch (error) {
      this.#world.journal.error('buffer not counted', error, { key })
      return 0
    }
  }
}
