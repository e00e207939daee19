import { performance as realPerformance } from 'node:perf_hooks'
import type { Clock } from '../../base/clock.ts'
import { sleepBy } from '../../base/clock.ts'
import type { Box, RealLoop } from './box.ts'

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  Date: globalThis.Date,
  random: Math.random,
  now: realPerformance.now.bind(realPerformance),
}

const after: Clock['after'] = (ms, then) => {
  const timer = real.setTimeout(then, Math.max(ms, 0))
  return () => real.clearTimeout(timer)
}

/** The machine's own time, whatever box is entered. */
export const realTime: Clock & RealLoop = {
  now: real.now,
  wall: () => real.Date.now(),
  after,
  sleep: (ms, signal) => sleepBy(after, ms, signal),
  immediate: (run) => void real.setImmediate(run),
}

let current: Box | undefined

/** From now on the globals tell and keep the time of this box. Throws when another one is entered. */
export function enter(box: Box): void {
  if (current !== undefined) throw new Error('two boxes cannot be driven at the same time')
  current = box
}

export function isEntered(box: Box): boolean {
  return current === box
}

export function leave(box: Box): void {
  if (current === box) current = undefined
}

type Callback = (...args: unknown[]) => void

/** What `setTimeout` and the like give in a box. Holding the process is the driver's business. */
class BoxTimer {
  readonly #start: () => () => void
  #cancel: () => void

  constructor(start: () => () => void) {
    this.#start = start
    this.#cancel = start()
  }

  close(): this {
    this.#cancel()
    return this
  }

  refresh(): this {
    this.#cancel()
    this.#cancel = this.#start()
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  hasRef(): boolean {
    return true
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function setTimeout(run: Callback, ms = 1, ...args: unknown[]): unknown {
  const box = current
  if (box === undefined) return real.setTimeout(run, ms, ...args)
  return new BoxTimer(() => box.after(ms, () => run(...args)))
}

function setInterval(run: Callback, ms = 1, ...args: unknown[]): unknown {
  const box = current
  if (box === undefined) return real.setInterval(run, ms, ...args)
  const start = (): (() => void) => {
    let cancel = (): void => undefined
    const again = (): void => {
      cancel = box.after(ms, () => {
        again()
        run(...args)
      })
    }
    again()
    return () => cancel()
  }
  return new BoxTimer(start)
}

function setImmediate(run: Callback, ...args: unknown[]): unknown {
  const box = current
  if (box === undefined) return real.setImmediate(run, ...args)
  return new BoxTimer(() => box.immediate(() => run(...args)))
}

function cancelling(clear: (timer: never) => void): (timer: unknown) => void {
  return (timer) => {
    if (timer instanceof BoxTimer) timer.close()
    else clear(timer as never)
  }
}

/** `Date` as it is, but for the time of day. */
function boxDate(): DateConstructor {
  const wall = (): number => current?.clock.wall() ?? real.Date.now()
  const date = new Proxy(real.Date, {
    construct: (date, args: unknown[], newTarget) =>
      Reflect.construct(date, args.length === 0 ? [wall()] : args, newTarget) as Date,
    apply: () => new real.Date(wall()).toString(),
    get: (date, key, receiver) => (key === 'now' ? wall : (Reflect.get(date, key, receiver) as unknown)),
  })
  // Libraries know a date by its constructor.
  Object.defineProperty(real.Date.prototype, 'constructor', {
    value: date,
    writable: true,
    configurable: true,
  })
  return date
}

/**
 * Makes the globals follow the box that is entered, and leaves them as they are outside of one. To be called before any
 * module is loaded that may keep a global for itself.
 */
export function patchGlobals(): void {
  Object.assign(globalThis, {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: cancelling(real.clearTimeout),
    clearInterval: cancelling(real.clearInterval),
    clearImmediate: cancelling(real.clearImmediate),
    Date: boxDate(),
  })
  Math.random = () => current?.random.next() ?? real.random()
  realPerformance.now = () => current?.now ?? real.now()
}
