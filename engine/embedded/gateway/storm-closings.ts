import { asMap, asNumber, asTexts } from './redis-replies.ts'
import type { Signal } from './signal.ts'
import { dueText, parseDue, stormKeys, type Due } from './storm-keys.ts'
import type { World } from './world.ts'

/** What stood in a buffer or window when it ended. Taken out of Redis, so nobody else has it. */
export interface Ended {
  readonly due: Due
  /** In the order of their arrival; empty where signals are not kept. */
  readonly signals: readonly Signal[]
  /** Windows only, in order of the second they came in and then of their names. */
  readonly resources: readonly string[]
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * KEYS: deadlines, entries, resources, metadata, key of the buffer or window. ARGV: name of the deadline, now,
 * 0 or 1: deadlines are kept, 0 or 1: the key goes, too, the window's id (empty: a buffer).
 * Replies {'gone'}, {'later', due} or {'ended', entries, resources, metadata}.
 */
const END = `
if ARGV[3] == '1' then
  local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not due then return {'gone'} end
  if tonumber(due) > tonumber(ARGV[2]) then return {'later', due} end
  redis.call('ZREM', KEYS[1], ARGV[1])
end
if ARGV[4] == '1' and (ARGV[5] == '' or redis.call('GET', KEYS[5]) == ARGV[5]) then redis.call('DEL', KEYS[5]) end
local entries = redis.call('LRANGE', KEYS[2], 0, -1)
redis.call('DEL', KEYS[2])
return {'ended', entries, redis.call('ZRANGE', KEYS[3], 0, -1), redis.call('HGETALL', KEYS[4])}`

interface Timer {
  /** Unix milliseconds. */
  readonly atMs: number
  readonly cancel: () => void
}

/** Redis may be away when something is due. */
const AGAIN_MS = 1000

/** Waits for buffers and windows to end and hands them on, each exactly once among all gateways on one Redis. */
export class StormClosings {
  readonly #world: World
  readonly #handle: (ended: Ended) => Promise<void>
  readonly #timers = new Map<string, Timer>()
  readonly #running = new Set<Promise<void>>()

  constructor(world: World, handle: (ended: Ended) => Promise<void>) {
    this.#world = world
    this.#handle = handle
  }

  /** `atMs` in Unix milliseconds; a later call for the same thing puts it off. */
  arm(due: Due, atMs: number): void {
    if (due.kind === 'window' && !this.#world.behaviour.closesWindows) return
    const text = dueText(due)
    this.#timers.get(text)?.cancel()
    const cancel = this.#world.clock.after(atMs - this.#world.clock.wall(), () => this.#fire(text))
    this.#timers.set(text, { atMs, cancel })
  }

  /** Whether a window is open, as far as this gateway knows. */
  get active(): boolean {
    return [...this.#timers.keys()].some((text) => parseDue(text).kind === 'window')
  }

  /** Arms everything that Redis says is still to come or was missed. */
  async takeOver(): Promise<void> {
    const reply = await this.#world.redis.command('ZRANGE', stormKeys.deadlines, 0, -1, 'WITHSCORES')
    const flat = asTexts(Array.isArray(reply) ? reply.flat() : [])
    for (let index = 0; index + 1 < flat.length; index += 2) {
      this.arm(parseDue(flat[index] ?? ''), Number(flat[index + 1]))
    }
  }

  /** Waits for what runs and for what falls due within `graceMs`; the rest stays in Redis for the next gateway. */
  async drain(graceMs: number): Promise<void> {
    const { clock } = this.#world
    const end = clock.wall() + graceMs
    while (clock.wall() < end && (this.#running.size > 0 || this.#nextDue() <= end)) {
      const until = this.#running.size > 0 ? end : Math.min(end, Math.max(this.#nextDue(), clock.wall() + 1))
      const enough = new AbortController()
      const late = clock.sleep(until - clock.wall(), enough.signal).catch(() => undefined)
      await Promise.race([late, ...this.#running])
      enough.abort()
    }
    for (const { cancel } of this.#timers.values()) cancel()
    this.#timers.clear()
  }

  #nextDue(): number {
    return Math.min(...[...this.#timers.values()].map(({ atMs }) => atMs), Number.POSITIVE_INFINITY)
  }

  #fire(text: string): void {
    this.#timers.delete(text)
    const due = parseDue(text)
    const run = this.#end(due)
      .catch((error: unknown) => {
        this.#world.journal.error('storm buffer or window not ended', error, { due: text })
        if (this.#world.behaviour.keepsDeadlines) this.arm(due, this.#world.clock.wall() + AGAIN_MS)
      })
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async #end(due: Due): Promise<void> {
    const { redis, behaviour, clock } = this.#world
    const keys =
      due.kind === 'buffer'
        ? [
            stormKeys.bufferEntries(due.namespace, due.name),
            '-',
            '-',
            stormKeys.buffer(due.namespace, due.name),
          ]
        : [stormKeys.windowEntries(due.id), stormKeys.resources(due.id), stormKeys.metadata(due.id), due.key]
    const windowEnds = behaviour.windowTtlMs(this.#world.config.storm.inactivityMs) > 0
    const endsWithItsKey = windowEnds && behaviour.windowSlides && !behaviour.overrunIsIndividual
    const reply = await redis.command(
      'EVAL',
      END,
      5,
      stormKeys.deadlines,
      ...keys,
      dueText(due),
      Math.ceil(clock.wall()),
      Number(behaviour.keepsDeadlines),
      Number(due.kind === 'buffer' || endsWithItsKey),
      due.kind === 'window' ? due.id : '',
    )
    const [state, second, third, fourth] = Array.isArray(reply) ? (reply as readonly unknown[]) : []
    if (state === 'later') this.arm(due, asNumber(second))
    if (state !== 'ended') return
    const signals = asTexts(second).map((text) => JSON.parse(text) as Signal)
    await this.#handle({ due, signals, resources: asTexts(third), metadata: asMap(fourth) })
  }
}
