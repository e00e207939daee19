import { admitScript } from './admit-script.ts'
import { asNumber, asText } from './redis-replies.ts'
import { resourceId, type Signal } from './signal.ts'
import type { Storm } from './storm-detector.ts'
import { dueText, stormKeys, TAKE_OVER_MS, type Due } from './storm-keys.ts'
import { windowMetadata } from './storm-metadata.ts'
import type { World } from './world.ts'

/** Where a storm's alert went. `dueMs`: when the buffer or window ends, unless it is put off; Unix milliseconds. */
export type Admission =
  | { readonly to: 'buffer'; readonly due?: Due; readonly dueMs?: number }
  | {
      readonly to: 'new-window' | 'open-window'
      readonly windowId: string
      readonly resources: number
      readonly due?: Due
      readonly dueMs?: number
    }
  /** The window is older than it may be. */
  | { readonly to: 'nowhere' }

/** Signals are kept whole where an object of their own, the first alert, or a take-over may need them. */
export function keepsEntries({ behaviour }: World): boolean {
  return behaviour.flushesBuffers || behaviour.aggregatesFirst
}

/** Push, threshold check and opening of a window in one step, so that each alert is in exactly one window. */
export async function admitAtomically(world: World, signal: Signal, storm: Storm): Promise<Admission> {
  const { namespace, name } = signal
  const windowKey = world.behaviour.windowKey(namespace, name)
  const keys = [
    windowKey,
    stormKeys.buffer(namespace, name),
    stormKeys.bufferEntries(namespace, name),
    stormKeys.deadlines,
  ]
  const call = [admitScript, keys.length, ...keys, ...scriptArguments(world, signal, storm)]
  return readAdmission(await world.redis.command('EVAL', ...call), signal, windowKey)
}

/** In the order in which the script takes them. */
function scriptArguments(world: World, signal: Signal, storm: Storm): (string | number)[] {
  const { behaviour, config, clock } = world
  const { namespace, name } = signal
  const now = Math.floor(clock.wall())
  const { inactivityMs, maxWindowMs, bufferThreshold } = config.storm
  const newId = behaviour.windowId(name, now)
  const switches = [
    behaviour.windowSlides,
    behaviour.overrunIsIndividual,
    behaviour.storesJoins,
    behaviour.flushesBuffers,
    behaviour.keepsDeadlines,
  ]
  return [
    now,
    inactivityMs,
    maxWindowMs,
    behaviour.bufferThreshold(bufferThreshold),
    behaviour.closesAfterMs(inactivityMs),
    behaviour.windowTtlMs(inactivityMs),
    TAKE_OVER_MS,
    ...switches.map(Number),
    newId,
    dueText({ kind: 'window', id: newId, key: behaviour.windowKey(namespace, name) }),
    dueText({ kind: 'buffer', namespace, name }),
    resourceId(signal.resource),
    keepsEntries(world) ? JSON.stringify(signal) : '',
    ...Object.entries(windowMetadata(signal, storm, now)).flat(),
  ]
}

function readAdmission(reply: unknown, { namespace, name }: Signal, windowKey: string): Admission {
  const [to, second, third, fourth] = Array.isArray(reply) ? (reply as readonly unknown[]) : []
  if (to === 'nowhere') return { to }
  if (to === 'buffer') {
    const dueMs = asNumber(second)
    return dueMs === 0 ? { to } : { to, due: { kind: 'buffer', namespace, name }, dueMs }
  }
  if (to !== 'new-window' && to !== 'open-window') throw new Error(`redis: unknown admission ${String(to)}`)
  const windowId = asText(second) ?? ''
  const resources = asNumber(third)
  const dueMs = asNumber(fourth)
  return dueMs === 0
    ? { to, windowId, resources }
    : { to, windowId, resources, due: { kind: 'window', id: windowId, key: windowKey }, dueMs }
}
