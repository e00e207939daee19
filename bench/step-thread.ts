// Stands in for `dist/thread.js` in a run of `step.bench.ts`: the thread of the engine, whose clients answer again what
// they were answered first. What is left of a step is then what the engine does. Prints what each block of steps needed,
// in CPU milliseconds of the whole process.
import { writeSync } from 'node:fs'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import type { Json } from '../engine/base/json.ts'
import type { GatewayLink } from '../engine/run/gateway-link.ts'
import { Links } from '../engine/run/links.ts'
import type { ThreadTask } from '../engine/run/protocol.ts'
import thread from '../engine/run/thread.ts'
import type { StepDefinition } from '../engine/steps/define.ts'
import { steps } from '../engine/steps/index.ts'

type Ready = (this: Links, name: string) => Promise<GatewayLink>
type Verb = keyof typeof steps

/** Until what was told has been heard and written: events travel together. */
const QUIET_MS = 50

/** The run's seed says what is measured, as `VERB-STEPS`: how many steps a block has. */
export default async function stepThread(task: ThreadTask): Promise<void> {
  const [verb, count] = task.seed.split('-') as [Verb, string]
  const blocks: number[] = []
  answerAgain()
  measure(verb, Number(count), blocks)
  await thread(task)
  writeSync(1, JSON.stringify(blocks))
}

/** From now on, the clients of a link ask for nothing twice. */
function answerAgain(): void {
  const ready = Reflect.get<Links, 'ready'>(Links.prototype, 'ready')
  const readyAgain: Ready = async function (name) {
    const link = await ready.call(this, name)
    const { http, redis } = link
    const exchange = remembering(http.exchange.bind(http), ({ method, url }) => `${method} ${url}`)
    Object.assign(http, { exchange })
    Object.assign(redis, { command: remembering(redis.command.bind(redis), (...asked) => asked.join(' ')) })
    return link
  }
  Object.assign(Links.prototype, { ready: readyAgain })
}

/** An answer comes in a later turn of the loop, as from a socket. */
function remembering<Asked extends unknown[], Answer>(
  call: (...asked: Asked) => Promise<Answer>,
  key: (...asked: Asked) => string,
): (...asked: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>()
  return async (...asked) => {
    const known = answers.get(key(...asked)) ?? call(...asked)
    answers.set(key(...asked), known)
    await turn()
    return known
  }
}

/** A block ends before the next step of the verb begins, when all is quiet. */
function measure(verb: Verb, count: number, blocks: number[]): void {
  const definition = steps[verb] as unknown as StepDefinition<string, unknown, Json>
  const { run } = definition
  let begin: NodeJS.CpuUsage | undefined
  let done = 0
  const runMeasured: typeof run = async (input, context) => {
    if (done % count === 0) {
      await sleep(QUIET_MS)
      if (begin !== undefined) blocks.push(msSince(begin))
      begin = process.cpuUsage()
    }
    done += 1
    return run(input, context)
  }
  Object.assign(definition, { run: runMeasured })
}

function msSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin)
  return (user + system) / 1000
}
