import { abortWithin } from '../base/abort.ts'
import { Broken } from '../base/failure.ts'
import { formatDuration } from '../base/duration.ts'
import type { Trial } from '../scenario/trial.ts'
import { Box } from '../embedded/virtual/box.ts'
import { drive, StillStuck, type Stuck } from '../embedded/virtual/drive.ts'
import { realTime } from '../embedded/virtual/globals.ts'
import { versionOf } from '../targets/deployments.ts'
import { openSandbox, type SandboxParts } from '../targets/virtual-sandbox.ts'
import { runAttempt } from './attempt.ts'
import { openServices, type Knowledge } from './open-services.ts'
import { OpenSteps } from './open-steps.ts'
import type { Outbox } from './outbox.ts'
import type { AttemptOrder, ThreadTask } from './protocol.ts'

/** A scenario takes milliseconds; one that does not come on in so long of real time goes in circles. */
const LONGEST_REAL_MS = 30_000

export interface BoxedAttempt {
  readonly task: ThreadTask
  readonly order: AttemptOrder
  readonly cancel: AbortSignal
  readonly outbox: Outbox
  readonly knowledge: Knowledge
  readonly parts: SandboxParts
}

/** One attempt from the making of its world to the end of it. */
export async function runInBox(boxed: BoxedAttempt): Promise<void> {
  const { task, order, cancel } = boxed
  const { scenario, attempt } = order
  const seed = [task.seed, scenario.trial?.of ?? scenario.id, attempt].join('\u0000')
  const box = new Box(seed, realTime)
  const stop = abortWithin(cancel)
  const steps = new OpenSteps()
  const onStuck = (stuck: Stuck): void => stop.abort(stuckAs(stuck, box, steps))
  try {
    await drive(box, () => attemptIn(box, { ...boxed, seed, steps, stop: stop.signal }), {
      realMs: LONGEST_REAL_MS,
      onStuck,
    })
  } catch (error) {
    throw error instanceof StillStuck ? (stop.signal.reason as Error) : error
  } finally {
    stop.release()
  }
}

interface Playing extends BoxedAttempt {
  readonly seed: string
  readonly steps: OpenSteps
  readonly stop: AbortSignal
}

async function attemptIn(box: Box, playing: Playing): Promise<void> {
  const { order, outbox, knowledge, parts, seed, steps, stop } = playing
  const { scenario } = order
  const { id, trial, exclusive } = scenario
  const task = taskOf(playing.task, trial)
  // What was ordered ahead and is cancelled before its turn needs no gateway to say so.
  const needed = stop.aborted ? undefined : order.deployment
  const deployment = task.deployments.find(({ name }) => name === needed)
  const bent = { faults: trial?.faults, witnessed: trial?.witness }
  const sandbox = await openSandbox({ box, seed, parts, deployment, breakable: exclusive, ...bent })
  const { services, close } = openServices(task, knowledge, {
    clock: box.clock,
    connection: sandbox.connection,
    makeConnection: sandbox.makeConnection,
    seed: [seed],
    breakTarget: (_, outage) => sandbox.fault(outage),
    outbox,
    pauses: undefined,
  })
  try {
    const emit = (event: Parameters<typeof services.emit>[0]): void => {
      steps.on(event)
      // Before the word by which the host may be done.
      if (event.type === 'attempt:ended' && trial?.witness === true)
        outbox.send({ type: 'touched', scenario: id, faults: sandbox.touched() })
      services.emit('scenario' in event ? { ...event, scenario: id } : event)
    }
    const announceSignals: typeof services.announceSignals = (news) =>
      services.announceSignals?.({ ...news, scenario: id })
    const itself = { ...order, scenario: { ...scenario, id: trial?.of ?? id } }
    await runAttempt({
      order: itself,
      services: { ...services, emit, announceSignals },
      cancel: stop,
      onLaneFree: () => undefined,
    })
  } finally {
    await close()
    await sandbox.close()
  }
}

/** A gateway with other faults is another version of it. */
function taskOf(task: ThreadTask, trial: Trial | undefined): ThreadTask {
  if (trial === undefined || trial.faults.length === 0) return task
  const version = versionOf(trial.faults)
  return { ...task, deployments: task.deployments.map((one) => ({ ...one, version })) }
}

function stuckAs(stuck: Stuck, { locks, now }: Box, steps: OpenSteps): Broken {
  const at = `after ${formatDuration(now)} of virtual time`
  const notes = [...steps.waiting(), ...locks.map((name) => `time is held for ${name}`)]
  if (stuck.why === 'deadlock') {
    const message = `a deadlock: nothing is ready to run and nothing waits for a time, ${at}`
    return new Broken({ code: 'DEADLOCK', message, notes })
  }
  if (stuck.why === 'error')
    return new Broken({ code: 'SANDBOX', message: `an error in the sandbox ${at}: ${stuck.message}`, notes })
  const message = `it got no further than ${formatDuration(now)} of virtual time in ${formatDuration(stuck.realMs)} of real time`
  return new Broken({ code: 'CLOCK_STUCK', message, notes })
}
