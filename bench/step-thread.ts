// Stands in for `dist/thread.js` in a run of `step.bench.ts`: the thread of the engine, which between its steps makes
// the same calls without the engine, on a link of its own. They take turns in short blocks, so that whatever slows the
// machine slows both alike. Prints what each block needed, in CPU milliseconds of the whole process.
import { writeSync } from 'node:fs'
import { systemClock } from '../engine/base/clock.ts'
import type { Json } from '../engine/base/json.ts'
import { createKubeClient } from '../engine/cluster/client.ts'
import { builtInDescription } from '../engine/gateway/index.ts'
import { openLink, type GatewayLink } from '../engine/run/gateway-link.ts'
import type { ThreadTask } from '../engine/run/protocol.ts'
import thread from '../engine/run/thread.ts'
import type { StepDefinition } from '../engine/steps/define.ts'
import { steps } from '../engine/steps/index.ts'

type Call = (link: GatewayLink) => Promise<unknown>

/** What one block of the engine needed, and the block of bare calls after it. */
export interface Pair {
  readonly engineMs: number
  readonly bareMs: number
}

/** Steps say it, too. */
const FROM = { 'x-forwarded-for': '10.1.2.3' }

/** By the verbs of the steps that make them; other steps call nobody. */
const calls: Readonly<Record<string, Call>> = {
  request: ({ http, url }) =>
    http.exchange({ method: 'GET', url: `${url}/health`, headers: FROM, timeoutMs: 5000 }),
  redis: ({ redis }) => redis.command('SET', 'bench', '1'),
}

/** Until what was told has been heard and written: events travel together. */
const QUIET_MS = 30

/** The run's seed says what is measured, as `VERB-STEPS`: how many steps a block has. */
export default async function stepThread(task: ThreadTask): Promise<void> {
  const { connection, deployments, seed } = task
  const [verb, count] = seed.split('-') as [keyof typeof steps, string]
  const [clock, description] = [systemClock, builtInDescription]
  const [deployment] = deployments
  if (deployment === undefined) throw new Error('there is no deployment')
  const client = createKubeClient(connection, { clock })
  const link = await openLink({ deployment, description, connection, client, clock })
  const pairs: Pair[] = []
  takeTurns(verb, Number(count), async (engineMs) => {
    pairs.push({ engineMs, bareMs: await cpuOfCalls(calls[verb], Number(count), link) })
  })
  await thread(task)
  await link.close()
  client.close()
  writeSync(1, JSON.stringify(pairs))
}

/** After so many steps of a verb, and before the next of them calls anybody, it is the turn of the other. */
function takeTurns(
  verb: keyof typeof steps,
  count: number,
  other: (engineMs: number) => Promise<void>,
): void {
  const definition = steps[verb] as unknown as StepDefinition<string, unknown, Json>
  const { run } = definition
  let begin: NodeJS.CpuUsage | undefined
  let done = 0
  const runInTurn: typeof run = async (input, context) => {
    if (done % count === 0) {
      await systemClock.sleep(QUIET_MS)
      if (begin !== undefined) await other(msSince(begin))
      begin = process.cpuUsage()
    }
    done += 1
    return run(input, context)
  }
  Object.assign(definition, { run: runInTurn })
}

/** Calls between other work, less that work; where there is no call, the quiet alone. */
async function cpuOfCalls(call: Call | undefined, count: number, link: GatewayLink): Promise<number> {
  const begin = process.cpuUsage()
  for (let done = 0; done < count; done += 1) {
    await call?.(link)
    otherWork()
  }
  await systemClock.sleep(QUIET_MS)
  const bothMs = msSince(begin)
  const beginWork = process.cpuUsage()
  for (let done = 0; done < count; done += 1) otherWork()
  return bothMs - msSince(beginWork)
}

/**
 * About as much as a step that calls nobody. A call in a tight loop finds all caches warm, and costs half of what it
 * costs between other work; a caller without an engine has other work, too.
 */
function otherWork(): void {
  JSON.parse(JSON.stringify(DOCUMENT))
}

const DOCUMENT = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [
    `field-${index}`,
    { text: `${index}`, list: [index, { index }] },
  ]),
)

function msSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1000
}
