import { isDeepStrictEqual } from 'node:util'
import { documented, type Behaviour } from '../behaviour.ts'
import { faults, type FaultName } from './index.ts'

type Member = keyof Behaviour
type Asked = (...args: readonly unknown[]) => unknown

/** Members that change nothing but metrics. */
const ONLY_MEASURED: ReadonlySet<Member> = new Set(['times', 'moves', 'statusLabel', 'measuresWindows'])

/**
 * The documented behaviour, which notes each fault that would have made a difference to what it was asked. A scenario
 * during which a fault made none cannot notice that fault, and need not be run with it: faults are nothing but members
 * of the behaviour, and those have no memory.
 */
export class Witness {
  readonly behaviour: Behaviour
  readonly #touched = new Set<FaultName>()
  /** Would have changed metrics that nobody has read since. */
  readonly #unread = new Set<FaultName>()

  constructor() {
    const behaviour: Record<string, unknown> = {}
    for (const member of Object.keys(documented) as Member[]) this.#watch(behaviour, member)
    this.behaviour = behaviour as unknown as Behaviour
  }

  get touched(): readonly FaultName[] {
    return [...this.#touched]
  }

  #watch(behaviour: Record<string, unknown>, member: Member): void {
    const value = documented[member]
    const rivals = rivalsOf(member)
    const into = ONLY_MEASURED.has(member) ? this.#unread : this.#touched
    if (typeof value !== 'function') {
      const get = (): unknown => {
        for (const [name] of rivals) into.add(name)
        return value
      }
      Object.defineProperty(behaviour, member, { get, enumerable: true })
      return
    }
    const own = value as unknown as Asked
    behaviour[member] = (...args: readonly unknown[]) => {
      if (member === 'reply') this.#served(args[1])
      const answer = own(...args)
      for (const [name, rival] of rivals)
        if (!into.has(name) && !this.#touched.has(name) && differs(rival, args, answer)) into.add(name)
      return answer
    }
  }

  #served(path: unknown): void {
    if (typeof path !== 'string' || !path.startsWith('/metrics')) return
    for (const name of this.#unread) this.#touched.add(name)
  }
}

/** What each fault that replaces a member puts in its place. */
function rivalsOf(member: Member): readonly (readonly [FaultName, unknown])[] {
  return (Object.keys(faults) as FaultName[]).flatMap((name) => {
    const changed = faults[name].change(documented)
    return member in changed ? [[name, changed[member]] as const] : []
  })
}

function differs(rival: unknown, args: readonly unknown[], answer: unknown): boolean {
  try {
    return typeof rival !== 'function' || !isDeepStrictEqual((rival as Asked)(...args), answer)
  } catch {
    return true
  }
}
