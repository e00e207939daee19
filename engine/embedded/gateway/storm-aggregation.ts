import { admitAtomically, type Admission } from './storm-admission.ts'
import { BufferCapacity } from './buffer-capacity.ts'
import { asText } from './redis-replies.ts'
import type { Signal } from './signal.ts'
import { StormClosings } from './storm-closings.ts'
import type { Storm } from './storm-detector.ts'
import { StormObjects, type ObjectMaker } from './storm-objects.ts'
import { admitStepwise } from './stepwise-admission.ts'
import type { World } from './world.ts'

/** Gathers the alerts of a storm: first in a buffer, then in a window, and at its end in one object. */
export class StormAggregation {
  readonly closings: StormClosings
  readonly #world: World
  readonly #capacity: BufferCapacity

  constructor(world: World, maker: ObjectMaker) {
    this.#world = world
    this.#capacity = new BufferCapacity(world)
    const objects = new StormObjects(world, maker, this.#capacity)
    this.closings = new StormClosings(world, async (ended) => {
      await objects.make(ended)
      this.#showProtection()
    })
  }

  /** Undefined: no place for it, so it needs an object of its own. */
  async admit(signal: Signal, storm: Storm): Promise<Exclude<Admission, { to: 'nowhere' }> | undefined> {
    try {
      return await this.#admit(signal, storm)
    } catch (error) {
      this.#world.journal.error('alert not aggregated, it gets an object of its own', error)
      return undefined
    }
  }

  async #admit(signal: Signal, storm: Storm): Promise<Exclude<Admission, { to: 'nowhere' }> | undefined> {
    const { redis, behaviour } = this.#world
    const open = asText(await redis.command('GET', behaviour.windowKey(signal.namespace, signal.name)))
    if (open === undefined) {
      const room = await this.#capacity.room(signal.namespace)
      if (room === 'full') return undefined
      if (room === 'sampled-out') return { to: 'buffer' }
    }
    const admission = behaviour.admitsAtomically
      ? await admitAtomically(this.#world, signal, storm)
      : await admitStepwise(this.#world, signal, storm, open)
    if (admission.to === 'nowhere') return undefined
    if (admission.due !== undefined && admission.dueMs !== undefined)
      this.closings.arm(admission.due, admission.dueMs)
    if (admission.to === 'buffer') await this.#capacity.show(signal.namespace)
    this.#showProtection()
    return admission
  }

  #showProtection(): void {
    this.#world.metrics.set('gateway_storm_protection_active', this.closings.active ? 1 : 0)
  }
}
