import { valueAt } from '../../base/json.ts'
import type { World } from './world.ts'

const OVERRIDES = { namespace: 'kubernaut-system', name: 'kubernaut-environment-overrides' } as const

const PATHS: Readonly<Record<string, readonly string[]>> = {
  production: ['aggressive', 'conservative', 'conservative', 'manual'],
  staging: ['moderate', 'moderate', 'manual', 'manual'],
  development: ['aggressive', 'moderate', 'manual', 'manual'],
  unknown: ['conservative', 'conservative', 'conservative', 'manual'],
}
const OTHER_PATHS = ['moderate', 'moderate', 'conservative', 'manual'] as const

/** Which environment a namespace belongs to, remembered for the configured time. */
export class Classification {
  readonly #world: World
  readonly #known = new Map<string, { readonly environment: string; readonly untilMs: number }>()

  constructor(world: World) {
    this.#world = world
  }

  /** Label of the namespace, else the ConfigMap of overrides, else `unknown`; look-ups that fail count as silent. */
  async environment(namespace: string): Promise<string> {
    const { clock, config } = this.#world
    const known = this.#known.get(namespace)
    if (known !== undefined && clock.now() < known.untilMs) return known.environment
    const environment =
      (await this.#fromLabel(namespace)) || (await this.#fromOverrides(namespace)) || 'unknown'
    this.#forgetOld(clock.now())
    this.#known.set(namespace, { environment, untilMs: clock.now() + config.environmentCacheMs })
    return environment
  }

  /** Senders choose namespaces, so that what is remembered would grow without end. */
  #forgetOld(nowMs: number): void {
    for (const [namespace, { untilMs }] of this.#known) if (untilMs <= nowMs) this.#known.delete(namespace)
  }

  priority(severity: string, environment: string): string {
    return this.#world.policy(severity, environment)
  }

  async #fromLabel(name: string): Promise<string | undefined> {
    if (name === '') return undefined
    const namespace = await this.#orNothing('namespace', () => this.#world.kube.getNamespace(name))
    return namespace?.metadata.labels?.['environment']
  }

  async #fromOverrides(namespace: string): Promise<string | undefined> {
    const map = await this.#orNothing('environment overrides', () => this.#world.kube.getConfigMap(OVERRIDES))
    const value = valueAt(map, ['data', namespace])
    return typeof value === 'string' ? value : undefined
  }

  async #orNothing<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look()
    } catch (error) {
      this.#world.journal.info(`no ${what}`, {
        reason: error instanceof Error ? error.message : String(error),
      })
      return undefined
    }
  }
}

/** How boldly a remediation may act: a field of the answer, never of the object. */
export function remediationPath(environment: string, priority: string): string {
  const column = Number(priority.slice(1))
  return (PATHS[environment] ?? OTHER_PATHS)[column] ?? 'manual'
}
