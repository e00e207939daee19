import { describeError } from '../base/failure.ts'
import { suggest } from '../base/suggest.ts'
import { clusterDown } from '../provision/kind/down.ts'
import { clusterStatus } from '../provision/kind/status.ts'
import { systemTools, type Tools } from '../provision/kind/tools.ts'
import { Phases } from '../provision/phases.ts'
import { statusText, upText } from './cluster-text.ts'
import { onInterrupts } from './interrupts.ts'
import { bringUp, recordOf } from './kind-cluster.ts'
import type { KindFlags } from './kind-flags.ts'
import type { Project } from './project.ts'
import { slowly } from './slowly.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

export interface UpOptions extends KindFlags {
  /** Default: all. */
  readonly profiles?: readonly string[]
  /** Gateways per profile that scenarios have alone. */
  readonly exclusive: number
}

/** Makes what is missing of the cluster. Gives the exit code. */
export async function up(
  options: UpOptions,
  project: Project,
  world: World,
  tools: Tools = systemTools(world.env),
): Promise<number> {
  const profiles = checkedProfiles(options, project)
  const exclusive = Object.fromEntries(profiles.map((profile) => [profile, options.exclusive]))
  const say = (text: string): void => world.stderr.write(`${text}\n`)
  const { clock } = world
  const phases = new Phases(clock, (name, work) => slowly(name, work, { clock, say }))
  return attempt(world, 'the cluster could not be made', async (signal) => {
    const wanted = { profiles, exclusive }
    const made = await bringUp({ flags: options, project, wanted, phases, signal, say, tools }, world)
    const { kubeconfig } = recordOf(options.kindCluster, world)
    world.stdout.write(upText({ name: options.kindCluster, made, phases, kubeconfig }))
  })
}

/** Removes the cluster, if it is ours. Gives the exit code. */
export async function down(
  name: string,
  world: World,
  tools: Tools = systemTools(world.env),
): Promise<number> {
  const record = recordOf(name, world)
  return attempt(world, 'the cluster could not be removed', async (signal) => {
    const found = await clusterDown({ name, record, tools, signal })
    if (found === 'foreign')
      throw new Error(`gwscen did not make ${name} and leaves it alone; ${byHand(name)}`)
    const sentence = found === 'removed' ? 'is removed' : 'is not there'
    world.stdout.write(`The kind cluster ${name} ${sentence}.\n`)
  })
}

function byHand(name: string): string {
  return `whoever made it can remove it: kind delete cluster --name ${name}`
}

export interface StatusOptions {
  readonly name: string
  readonly json: boolean
}

/** Tells what there is. Gives the exit code: 0 also when there is nothing. */
export async function status(
  { name, json }: StatusOptions,
  world: World,
  tools: Tools = systemTools(world.env),
): Promise<number> {
  return attempt(world, 'the cluster could not be looked at', async (signal) => {
    const { clock } = world
    const found = await clusterStatus({ name, record: recordOf(name, world), tools, signal, clock })
    world.stdout.write(json ? `${JSON.stringify(found, null, 2)}\n` : statusText(found))
  })
}

function checkedProfiles({ profiles }: UpOptions, { configurations }: Project): readonly string[] {
  const known = Object.keys(configurations)
  for (const profile of profiles ?? []) {
    if (known.includes(profile)) continue
    const nearest = suggest(profile, known)
    const hint = nearest === undefined ? `expected some of ${known.join(', ')}` : `did you mean ${nearest}?`
    throw new UsageError(`--profiles ${profile}: no such profile; ${hint}`)
  }
  return profiles ?? known
}

/** Work that a signal ends, and whose failure is that of the infrastructure. */
async function attempt(
  world: World,
  failed: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  const unlisten = onInterrupts(world, {
    first: (signal) => stop.abort(new Error(`stopped by ${signal}`)),
    second: () => world.exitNow(130),
  })
  try {
    await work(stop.signal)
    return 0
  } catch (error) {
    if (error instanceof UsageError) throw error
    world.stderr.write(`${failed}: ${describeError(error)}\n`)
    return stop.signal.aborted ? 130 : 3
  } finally {
    unlisten()
  }
}
