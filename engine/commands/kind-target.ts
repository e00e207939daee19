import type { Credentials } from '../cluster/credentials.ts'
import { Phases } from '../provision/phases.ts'
import type { Target } from '../targets/target.ts'
import { openCluster } from './cluster-target.ts'
import { bringUp } from './kind-cluster.ts'
import type { ProvisionRequest } from './provision-target.ts'
import { slowly } from './slowly.ts'
import type { World } from './world.ts'

/** The kind cluster, made where it is not there, and what runs on it. */
export async function kindTarget(request: ProvisionRequest, world: World): Promise<Target> {
  const { project, wanted, tools, kind: flags } = request
  const stop = new AbortController()
  const unlisten = world.onSignal((signal) => stop.abort(new Error(`stopped by ${signal}`)))
  const say = (text: string): void => world.stderr.write(`${text}\n`)
  const { clock } = world
  const phases = new Phases(clock, (name, work) =>
    slowly(`kind ${flags.kindCluster}: ${name}`, work, { clock, say }),
  )
  try {
    const { signal } = stop
    const { connection, deployed } = await bringUp(
      { ...{ flags, project, wanted, phases, signal, say }, ...(tools === undefined ? {} : { tools }) },
      world,
    )
    const context = `kind-${flags.kindCluster}`
    const credentials = unchanging({ ...connection, context })
    const name = `kind ${flags.kindCluster}`
    const ready = { deployments: deployed.deployments, redis: flags.redisImage }
    return await openCluster({ ...request, name, credentials, ready }, world)
  } finally {
    unlisten()
  }
}

/** kind's certificates outlive any run. */
function unchanging(connection: Credentials['connection']): Credentials {
  return {
    connection,
    renew: () => Promise.resolve(connection),
    subscribe: () => () => undefined,
    close: () => undefined,
  }
}
