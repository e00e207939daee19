import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Proof } from '../engine/commands/prove/proof.ts'
import { faults as knownFaults } from '../engine/embedded/gateway/faults/index.ts'
import { GWSCEN } from './child.ts'
import { runSuite, told, verdictsOf, type Verdict } from './suite-run.ts'

/** Of those that notice a fault under the virtual clock. */
const WITNESSES = 2
/** In which a race must show under the virtual clock, too. */
const SEEDS = 50

/**
 * Each fault of the gateway once under both clocks: what fails under the virtual one fails under the real one. A
 * difference may be a race; then a seed shows under the virtual clock what was seen under the real one, and is named.
 * `npm run soak -- clocks [faults]`.
 */
export async function soakClocks(names: readonly string[]): Promise<boolean> {
  const faults = names.length === 0 ? Object.keys(knownFaults) : names
  const proof = await proofBy(faults)
  let isWell = proof.unnoticed.length === 0 && proof.unsound.length === 0
  for (const { fault } of proof.unnoticed) process.stdout.write(`BAD ${fault}: nobody notices it\n`)
  for (const id of proof.unsound) process.stdout.write(`BAD ${id} does not pass without a fault\n`)
  for (const { fault, noticedBy } of proof.faults)
    if (noticedBy.length > 0) isWell = (await isEqual(fault, noticedBy.slice(0, WITNESSES))) && isWell
  return isWell
}

async function proofBy(faults: readonly string[]): Promise<Proof> {
  const flags = faults.flatMap((name) => ['--fault', name])
  const child = spawn(
    process.execPath,
    [GWSCEN, 'prove', 'scenarios', '--json', '--threads', '2', ...flags],
    {
      cwd: join(import.meta.dirname, '..'),
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const closed = once(child, 'close')
  const json = await text(child.stdout)
  await closed
  return JSON.parse(json) as Proof
}

/** Whether what fails with the fault under the virtual clock fails under the real one. */
async function isEqual(fault: string, ids: readonly string[]): Promise<boolean> {
  const real = await verdicts(fault, ids, ['--clock', 'real'])
  const found: string[] = []
  let isWell = true
  for (const id of ids) {
    const verdict = real.get(id)
    if (verdict?.outcome === 'failed') {
      found.push(id)
      continue
    }
    const seed = await seedFor(fault, id, verdict)
    isWell &&= seed !== undefined
    const race = seed === undefined ? 'and no seed shows that' : `a race: --seed ${seed} shows it`
    found.push(`${id} fails under the virtual clock; under the real one ${told(verdict)}, ${race}`)
  }
  process.stdout.write(`${isWell ? 'ok ' : 'BAD'} ${fault}: ${found.join('; ')}\n`)
  return isWell
}

async function verdicts(
  fault: string,
  ids: readonly string[],
  flags: readonly string[],
): Promise<ReadonlyMap<string, Verdict>> {
  const name = `^(${ids.map(literally).join('|')})$`
  return verdictsOf((await runSuite(['scenarios', '--name', name, '--fault', fault, ...flags])).state)
}

/** With which the scenario ends under the virtual clock as it did under the real one. */
async function seedFor(fault: string, id: string, real: Verdict | undefined): Promise<string | undefined> {
  for (let number = 1; number <= SEEDS; number += 1) {
    const seed = `clocks-${number}`
    const found = await verdicts(fault, [id], ['--clock', 'virtual', '--seed', seed])
    if (found.get(id)?.outcome === real?.outcome) return seed
  }
  return undefined
}

function literally(id: string): string {
  return id.replaceAll(/[[\](){}.*+?^$|\\]/g, '\\$&')
}
