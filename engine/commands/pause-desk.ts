import { rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { quote } from 'shell-quote'
import type { EventBody, ForwardInfo } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Host } from '../run/host-options.ts'
import type { Target } from '../targets/target.ts'
import { kubeconfigText } from './kubeconfig.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

const KUBECONFIG = '.gwscen/kubeconfig'
const NEEDS_TERMINAL =
  '--pause-on-failure waits for Enter, and there is no terminal to press it on; leave it out'

export interface PauseDeskOptions {
  readonly world: Pick<World, 'keyboard' | 'cwd'>
  readonly description: GatewayDescription
  readonly state: () => RunState
  readonly say: (text: string) => void
}

interface Waiting {
  readonly scenario: string
  readonly attempt: number
}

/** Throws a usage error where nobody could ever say that it goes on. */
export function needsKeyboard({ keyboard }: Pick<World, 'keyboard'>): void {
  if (keyboard === undefined) throw new UsageError(NEEDS_TERMINAL)
}

/** Tells how to look at what failed, and lets it go on at Enter, the one that has waited longest first. */
export class PauseDesk {
  readonly #options: PauseDeskOptions
  readonly #waiting: Waiting[] = []
  readonly #ignoreKeys: (() => void) | undefined
  #host: Pick<Host, 'resume'> | undefined
  #target: Target | undefined
  #wroteKubeconfig = false

  constructor(options: PauseDeskOptions) {
    this.#options = options
    this.#ignoreKeys = options.world.keyboard?.onKey((key) => {
      if (key === 'enter') this.#goOn()
    })
  }

  open(target: Target, host: Pick<Host, 'resume'>): void {
    this.#target = target
    this.#host = host
  }

  /** To be told every event, after it has been told to the reporters. */
  on(event: EventBody): void {
    if (event.type === 'attempt:paused') {
      this.#waiting.push(event)
      this.#options.say(this.#lines(event).join('\n') + '\n')
    } else if (event.type === 'attempt:resumed') {
      const index = this.#waiting.findIndex((one) => isSame(one, event))
      if (index !== -1) this.#waiting.splice(index, 1)
    }
  }

  close(): void {
    this.#ignoreKeys?.()
    if (this.#wroteKubeconfig) rmSync(this.#kubeconfig, { force: true })
  }

  get #kubeconfig(): string {
    return resolve(this.#options.world.cwd, KUBECONFIG)
  }

  #goOn(): void {
    const first = this.#waiting.shift()
    if (first === undefined) return
    const rest = this.#waiting.length === 0 ? '' : `; Enter again for ${this.#waiting[0]?.scenario ?? ''}`
    this.#options.say(`${first.scenario} goes on${rest}\n`)
    this.#host?.resume(first.scenario, first.attempt)
  }

  #lines(event: Extract<EventBody, { type: 'attempt:paused' }>): readonly string[] {
    const { scenario, attempt, forwards } = event
    const record = this.#options.state().running.get(scenario)
    const namespaces = record?.attempts.find((one) => one.attempt === attempt)?.namespaces ?? {}
    const names = Object.entries(namespaces)
    return [
      `PAUSED ${scenario}, before it tidies up`,
      ...names.map(([short, name]) => `  namespace ${short}: ${name}`),
      ...forwards.map(forwardLine),
      ...this.#kubectlLines(names.map(([, name]) => name)),
      ...forwards.flatMap((forward) => redisLines(forward, names)),
      `  Enter: it goes on`,
    ]
  }

  /** The sandbox is in no kubeconfig of the user; every other cluster is. */
  #kubectlLines(namespaces: readonly string[]): readonly string[] {
    const kinds = Object.values(this.#options.description.kinds).map(({ type }) => type.plural)
    const commands = namespaces.map((name) => `  ${quote(['kubectl', 'get', kinds.join(','), '-n', name])}`)
    if (this.#target?.name !== 'embedded') return commands
    writeFileSync(this.#kubeconfig, kubeconfigText(this.#target.connection), { mode: 0o600 })
    this.#wroteKubeconfig = true
    return [`  export KUBECONFIG=${quote([this.#kubeconfig])}`, ...commands]
  }
}

function forwardLine({ to, localPort, pod }: ForwardInfo): string {
  return `  ${to} at 127.0.0.1:${localPort}, forwarded to ${pod}`
}

function redisLines({ to, localPort }: ForwardInfo, names: readonly [string, string][]): readonly string[] {
  if (to !== 'redis') return []
  return names.map(
    ([, name]) => `  ${quote(['redis-cli', '-p', `${localPort}`, '--scan', '--pattern', `*${name}*`])}`,
  )
}

function isSame(one: Waiting, other: Waiting): boolean {
  return one.scenario === other.scenario && one.attempt === other.attempt
}
