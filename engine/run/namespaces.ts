import type { Clock } from '../base/clock.ts'
import { Broken, describeError } from '../base/failure.ts'
import { randomFrom } from '../base/random.ts'
import { ApiError } from '../cluster/api-error.ts'
import { NAMESPACES } from '../cluster/resource-path.ts'
import type { KubeClient, KubeObject } from '../cluster/types.ts'
import type { Leftover } from '../events/event.ts'
import type { NamespaceWish } from '../scenario/scenario.ts'
import { Departures } from './departures.ts'
import { Doubts } from './doubts.ts'
import { persevere } from './persevere.ts'

/** Finds what an aborted run left. */
export const RUN_LABEL = 'gwscen.dev/run'

const LOOK_AGAIN_MS = 500
/** An API server that has too much to do answers nobody for a while. */
const SILENT_MS = 45_000

/** Short name → unique name; the same seed gives the same names. */
export function nameNamespaces(
  wishes: readonly NamespaceWish[],
  seed: readonly (string | number)[],
): Readonly<Record<string, string>> {
  const random = randomFrom(...seed, 'namespaces')
  return Object.fromEntries(wishes.map(({ name }) => [name, `${name.toLowerCase()}-${random.word(8)}`]))
}

export type RemovalOptions = Omit<NamespaceOptions, 'signal'>

export interface NamespaceOptions {
  readonly client: KubeClient
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Creates them side by side; rejects with `Broken` when one cannot be made. */
export async function createNamespaces(
  wishes: readonly NamespaceWish[],
  names: Readonly<Record<string, string>>,
  options: NamespaceOptions & { readonly run: string },
): Promise<void> {
  const made = wishes
    .filter(({ create }) => create)
    .map((wish) => createOne(wish, names[wish.name] ?? wish.name, options))
  // Each has its answer before any is removed again.
  const results = await Promise.allSettled(made)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function createOne(
  { labels, annotations }: NamespaceWish,
  name: string,
  { client, clock, run, signal }: NamespaceOptions & { readonly run: string },
): Promise<void> {
  const asked = { name, at: clock.now() }
  const namespace: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels, [RUN_LABEL]: run }, annotations },
  }
  try {
    await client.create(NAMESPACES, namespace, signal)
  } catch (cause) {
    Doubts.of(client).failed(asked, cause, { now: clock.now(), dropped: signal.aborted })
    signal.throwIfAborted()
    throw new Broken({
      code: 'NAMESPACE',
      message: `namespace ${name} cannot be made: ${describeError(cause)}`,
      cause,
    })
  }
}

/**
 * Deletes them side by side and waits until they are gone, also those that come late; tells which are not. Never rejects,
 * and is not to be stopped: what a stopped run has made is removed, too.
 */
export async function removeNamespaces(
  names: readonly string[],
  options: RemovalOptions,
): Promise<readonly Leftover[]> {
  const results = await Promise.all(names.map((name) => removeOne(name, options)))
  return results.filter((leftover) => leftover !== undefined)
}

async function removeOne(name: string, { client, clock }: RemovalOptions): Promise<Leftover | undefined> {
  const insisting = { clock, ms: SILENT_MS, again: mayPass }
  try {
    while (!(await persevere(() => isThere(client.delete(NAMESPACES, { name })), insisting))) {
      if (clock.now() >= Doubts.of(client).until(name)) return undefined
      await clock.sleep(LOOK_AGAIN_MS)
    }
    const departures = departuresOf(client, clock)
    const since = clock.now()
    do {
      await persevere(() => departures.left(name, since), insisting)
      // One that has lost its label is in no list, and there all the same.
      if (!(await isThere(client.get(NAMESPACES, { name })))) return undefined
      await clock.sleep(LOOK_AGAIN_MS)
    } while (clock.now() < departures.deadline(since))
    return namespaceLeft(name, `it was still there after ${Math.floor((clock.now() - since) / 1000)} s`)
  } catch (error) {
    return namespaceLeft(name, describeError(error))
  }
}

/** What an API server has answered stays so; that it did not is no answer. */
function mayPass(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status >= 500
}

const known = new WeakMap<KubeClient, Departures>()

/** All who go by the same client look together. */
function departuresOf(client: KubeClient, clock: Clock): Departures {
  const departures = known.get(client) ?? new Departures({ client, clock, labelSelector: RUN_LABEL })
  known.set(client, departures)
  return departures
}

/** False where the answer is that there is none. */
async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}

export function namespaceLeft(name: string, reason: string): Leftover {
  return { what: `namespace ${name}`, reason, command: `kubectl delete namespace ${name}` }
}
