import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { quote } from 'shell-quote'
import type { EventBody, ForwardInfo } from '../events/event.ts'
import type { RunState } from '../events/run-state.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { SourceOf } from '../reporters/define.ts'
import { codeFrame } from '../reporters/frame.ts'
import { command, indent, toned, type Line } from '../reporters/text.ts'
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
  readonly show: (lines: readonly Line[]) => void
  readonly sourceOf: SourceOf
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
      this.#options.show(this.#lines(event))
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
    this.#options.show([[`${first.scenario} goes on${rest}`], []])
    this.#host?.resume(first.scenario, first.attempt)
  }

  #lines(event: Extract<EventBody, { type: 'attempt:paused' }>): readonly Line[] {
    const { scenario, attempt, forwards, failure } = event
    const record = this.#options.state().running.get(scenario)
    const namespaces = record?.attempts.find((one) => one.attempt === attempt)?.namespaces ?? {}
    const names = Object.entries(namespaces)
    const frame =
      failure.span === undefined
        ? []
        : codeFrame({ source: this.#options.sourceOf(failure.span.file), span: failure.span })
    const commands = [
      ...this.#kubectl(names.map(([, name]) => name)),
      ...forwards.flatMap((forward) => redisCommands(forward, names)),
    ]
    const lines: readonly Line[] = [
      [toned('bad', failure.message)],
      ...frame,
      [],
      ...names.map(([short, name]): Line => [toned('dim', `namespace ${short} `), name]),
      ...forwards.map(forwardLine),
      ...commands.map((text): Line => [command(text)]),
      [],
      [toned('warn', 'Enter'), ': it tidies up and goes on'],
    ]
    return [[toned('warn', 'PAUSED'), ` ${scenario}`], ...indent(lines, '  '), []]
  }

  /** The sandbox is in no kubeconfig of the user; every other cluster is. */
  #kubectl(namespaces: readonly string[]): readonly string[] {
    const kinds = Object.values(this.#options.description.kinds).map(({ type }) => type.plural)
    const commands = namespaces.map((name) => quote(['kubectl', 'get', kinds.join(','), '-n', name]))
    if (this.#target?.name !== 'embedded') return commands
    mkdirSync(dirname(this.#kubeconfig), { recursive: true })
    writeFileSync(this.#kubeconfig, kubeconfigText(this.#target.connection), { mode: 0o600 })
    this.#wroteKubeconfig = true
    return [`export KUBECONFIG=${quote([this.#kubeconfig])}`, ...commands]
  }
}

function forwardLine({ to, localPort, pod }: ForwardInfo): Line {
  return [toned('dim', `${to} `), `127.0.0.1:${localPort}`, toned('dim', `, forwarded to ${pod}`)]
}

/** Names of namespaces have nothing in them that a shell could take for something else. */
function redisCommands(
  { to, localPort }: ForwardInfo,
  names: readonly [string, string][],
): readonly string[] {
  if (to !== 'redis') return []
  return names.map(([, name]) => `redis-cli -p ${localPort} --scan --pattern '*${name}*'`)
}

function isSame(one: Waiting, other: Waiting): boolean {
  return one.scenario === other.scenario && one.attempt === other.attempt
}
