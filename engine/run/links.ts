import type { ClusterConnection } from '../cluster/types.ts'
import type { GatewayLink } from './gateway-link.ts'

/** A thread's links to deployments: opened when they are first asked for, and anew when one does not answer any more. */
export class Links {
  readonly #open: (deployment: string) => Promise<GatewayLink>
  readonly #links = new Map<string, Promise<GatewayLink>>()
  /** Other lanes may still be using them, so they are closed with the thread. */
  readonly #retired: Promise<GatewayLink>[] = []

  constructor(open: (deployment: string) => Promise<GatewayLink>) {
    this.#open = open
  }

  /** A link that has just answered. Rejects with `Broken` when a new one does not answer either. */
  async ready(deployment: string): Promise<GatewayLink> {
    const known = this.#links.get(deployment)
    if (known === undefined) return this.#openAnew(deployment)
    const link = await known
    try {
      await link.check()
      return link
    } catch {
      // A restarted gateway or Redis is reached by a new link; what that one says is what counts.
      if (this.#links.get(deployment) !== known) return this.ready(deployment)
      this.#retired.push(known)
      return this.#openAnew(deployment)
    }
  }

  /** New credentials for the links that there are. */
  update(connection: ClusterConnection): void {
    for (const link of this.#links.values())
      link.then(
        (open) => open.update(connection),
        () => undefined,
      )
  }

  #openAnew(deployment: string): Promise<GatewayLink> {
    const opening = this.#open(deployment)
    this.#links.set(deployment, opening)
    // The next scenario tries again.
    opening.catch(() => this.#links.get(deployment) === opening && this.#links.delete(deployment))
    return opening
  }

  async close(): Promise<void> {
    const all = [...this.#links.values(), ...this.#retired]
    await Promise.allSettled(all.map(async (link) => (await link).close()))
  }
}
