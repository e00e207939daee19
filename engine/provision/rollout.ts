import { deferred } from '../base/deferred.ts'
import { PODS } from '../cluster/resource-path.ts'
import type { KubeObject } from '../cluster/types.ts'
import type { ObjectStream } from '../cluster/watch-hub.ts'
import type { DeployRequest } from './deploy.ts'
import { TooLate, until } from './until.ts'
import { DEPLOYMENTS, isReady, troubleOf, type PodTrouble } from './workload.ts'

const LIMIT_MS = 120_000
const LOG_LINES_SHOWN = 8

/** Follows workloads and their pods until they are ready, or until it is plain that they will not be. */
export class Rollout {
  readonly #request: DeployRequest
  readonly #workloads: ObjectStream
  readonly #pods: ObjectStream
  /** Pods of earlier revisions, which may be in trouble as they like. */
  readonly #old = new Set<string | undefined>()

  constructor(request: DeployRequest) {
    this.#request = request
    this.#workloads = request.hub.open(DEPLOYMENTS)
    this.#pods = request.hub.open(PODS)
  }

  /** The pods that a namespace has now are about to be replaced. */
  async disregard(namespace: string): Promise<void> {
    await this.#pods.ready
    for (const { metadata } of this.#pods.current(namespace)) this.#old.add(metadata.uid)
  }

  /** Waits for the workloads among these objects, which are as the API server gave them back. */
  async ready(objects: readonly KubeObject[]): Promise<void> {
    await Promise.all(objects.filter(({ kind }) => kind === 'Deployment').map((one) => this.#one(one)))
  }

  async #one({ metadata: { namespace = '', name, generation = 0 } }: KubeObject): Promise<void> {
    const { clock, signal, limitMs = LIMIT_MS } = this.#request
    const hopeless = deferred<never>()
    const look = (): void => {
      const trouble = this.#troubles(namespace, name).find((one) => one.hopeless)
      if (trouble !== undefined) hopeless.reject(new Error(trouble.says))
    }
    hopeless.promise.catch(() => undefined)
    const unsubscribe = this.#pods.subscribe(look)
    look()
    // The watch may be behind what was applied.
    const done = (object: KubeObject | undefined): true | undefined =>
      object !== undefined && (object.metadata.generation ?? 0) >= generation && isReady(object)
        ? true
        : undefined
    const ready = until(this.#workloads, { namespace, name }, done, { clock, limitMs, signal })
    try {
      await Promise.race([ready, hopeless.promise])
    } catch (error) {
      throw signal.aborted ? error : new Error(await this.#explain({ namespace, name }, error))
    } finally {
      unsubscribe()
      ready.catch(() => undefined)
    }
  }

  /** Of the pods that a workload has now. */
  #troubles(namespace: string, name: string): readonly PodTrouble[] {
    return this.#pods
      .current(namespace)
      .filter(
        ({ metadata: { labels, deletionTimestamp, uid } }) =>
          labels?.['app'] === name && deletionTimestamp === undefined && !this.#old.has(uid),
      )
      .map(troubleOf)
      .filter((trouble) => trouble !== undefined)
  }

  async #explain({ namespace, name }: { namespace: string; name: string }, error: unknown): Promise<string> {
    const troubles = this.#troubles(namespace, name)
    const when = error instanceof TooLate ? ` ${error.message}` : ''
    const says = troubles.map(({ pod, says }) => `pod ${pod}: ${says}`).join('; ')
    const log = await this.#lastWords(namespace, troubles[0]?.pod)
    return `${name} in ${namespace} is not ready${when}${says === '' ? '' : `: ${says}`}${log}`
  }

  async #lastWords(namespace: string, pod: string | undefined): Promise<string> {
    if (pod === undefined) return ''
    try {
      const text = await this.#request.client.logs({ namespace, name: pod }, 0)
      const lines = text.trim().split('\n').slice(-LOG_LINES_SHOWN)
      return text.trim() === '' ? '' : `\nits log ends with:\n${lines.map((line) => `  ${line}`).join('\n')}`
    } catch {
      // A pod that never ran has no log, and the sentence before says why.
      return ''
    }
  }
}
