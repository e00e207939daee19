import { setMaxListeners } from 'node:events'
import type { Clock } from '../base/clock.ts'
import type { Json } from '../base/json.ts'
import type { RestKubeClient } from '../cluster/client.ts'
import { NAMESPACES } from '../cluster/resource-path.ts'
import type { KubeObject } from '../cluster/types.ts'
import type { WatchHub } from '../cluster/watch-hub.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import type { Deployment } from '../targets/target.ts'
import { apply, applyAll } from './apply.ts'
import { defineKinds } from './define-kinds.ts'
import { HASH_LABEL } from './labels.ts'
import { manifestsOf, type Images, type Manifests } from './manifests.ts'
import type { Phases } from './phases.ts'
import { standing, type Standing } from './standing.ts'
import { until } from './until.ts'
import { Rollout } from './rollout.ts'

export interface DeployRequest {
  readonly client: Pick<RestKubeClient, 'list' | 'create' | 'patch' | 'resourceType' | 'logs'>
  /** Watches the same cluster; closed by the caller. */
  readonly hub: WatchHub
  readonly clock: Clock
  readonly deployments: readonly Deployment[]
  readonly images: Images
  readonly description: GatewayDescription
  /** Definitions of the objects that the gateway writes. */
  readonly crds: readonly Json[]
  /** The text of the gateway's priority policy. */
  readonly policy: string
  readonly phases: Phases
  readonly signal: AbortSignal
  /** Makes sure that the nodes have the images; called only when pods will be made. Gives a note for its phase. */
  readonly bringImages?: () => Promise<string>
  /** How long pods may take; default 120 s. */
  readonly limitMs?: number
}

/** What a cluster has now, and the names of those that were made for it and that stood. */
export interface Deployed {
  readonly made: readonly string[]
  readonly reused: readonly string[]
  /** All of them, ready. */
  readonly deployments: readonly Deployment[]
}

const LIMIT_MS = 120_000

/**
 * Makes what is not there as it should be, side by side, and waits by watch until all of it is ready. What stands
 * is left as it is. Rejects with the first sentence that says why a pod does not come up.
 */
export async function deploy(request: DeployRequest): Promise<Deployed> {
  const { deployments, phases } = request
  const all = deployments.map((deployment) => manifestsOf(deployment, request))
  let found: Standing = new Map()
  await phases.run('look', async () => {
    found = await standing(request, all)
    const ready = all.filter(({ hash }) => found.get(hash) === 'ready').length
    return `${ready} of ${all.length} gateways stand`
  })
  const lacking = all.filter(({ hash }) => found.get(hash) === undefined)
  const unready = all.filter(({ hash }) => found.get(hash) === 'unready')
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  // Each gateway waits for several things, and all of them listen.
  setMaxListeners(Number.POSITIVE_INFINITY, signal)
  const within: DeployRequest = { ...request, signal }
  const work = [
    ...(lacking.length === 0 ? [] : [makeAll(within, lacking)]),
    ...(unready.length === 0 ? [] : [awaitAll(within, unready)]),
  ]
  try {
    await Promise.all(work)
  } catch (error) {
    // Nothing goes on behind the back of who is told of the failure.
    stop.abort(error)
    await Promise.allSettled(work)
    throw error
  }
  const made = lacking.map(({ deployment }) => deployment.name)
  const reused = deployments.map(({ name }) => name).filter((name) => !made.includes(name))
  return { made, reused, deployments }
}

async function makeAll(request: DeployRequest, lacking: readonly Manifests[]): Promise<void> {
  const { phases, crds, bringImages } = request
  const images = bringImages === undefined ? Promise.resolve() : phases.run('images', bringImages)
  const kinds = phases.run('kinds', () => defineKinds(request, crds as unknown as readonly KubeObject[]))
  const rollout = new Rollout(request)
  const gateways = phases.run('gateways', async () => {
    await Promise.all(
      lacking.map((one) => make(one, { request, rollout, before: Promise.all([images, kinds]) })),
    )
    return `${lacking.length} made`
  })
  await Promise.all([images, kinds, gateways])
}

interface Making {
  readonly request: DeployRequest
  readonly rollout: Rollout
  /** Images and kinds. */
  readonly before: Promise<unknown>
}

/** The hash comes last: a namespace without one is half made. */
async function make(
  { namespace, redis, gateway, hash, deployment }: Manifests,
  { request, rollout, before }: Making,
): Promise<void> {
  const { client, signal } = request
  await untilGone(deployment.namespace, request)
  const hashIs = (value: string | null) => ({ metadata: { labels: { [HASH_LABEL]: value } } })
  await apply(client, namespace, signal)
  await client.patch(NAMESPACES, namespace.metadata, { merge: hashIs(null) }, signal)
  await before
  await rollout.disregard(deployment.namespace)
  await rollout.ready(await applyAll(client, redis, signal))
  await rollout.ready(await applyAll(client, gateway, signal))
  await client.patch(NAMESPACES, namespace.metadata, { merge: hashIs(hash) }, signal)
}

/** A namespace that somebody deletes takes nothing new. */
async function untilGone(
  name: string,
  { hub, clock, signal, limitMs = LIMIT_MS }: DeployRequest,
): Promise<void> {
  const stream = hub.open(NAMESPACES)
  const isFree = (object: KubeObject | undefined): true | undefined =>
    object?.metadata.deletionTimestamp === undefined ? true : undefined
  await until(stream, { name }, isFree, { clock, limitMs, signal })
}

async function awaitAll(request: DeployRequest, unready: readonly Manifests[]): Promise<void> {
  const rollout = new Rollout(request)
  await request.phases.run('ready', async () => {
    await Promise.all(unready.map(({ redis, gateway }) => rollout.ready([...redis, ...gateway])))
    return `${unready.length} waited for`
  })
}
