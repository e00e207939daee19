import { runSuite, told, verdictsOf } from './suite-run.ts'

const ROUNDS = 10

interface Round {
  readonly name: string
  readonly flags: readonly string[]
}

/** The whole suite again and again, each time in another order, and once with one scenario at a time; a line per run. */
export async function soakSuite(args: readonly string[]): Promise<boolean> {
  const rounds = Number(args[0] ?? ROUNDS)
  const shuffled = Array.from({ length: rounds }, (_, index): Round => {
    const seed = `soak-${index + 1}`
    return { name: `shuffled ${index + 1} of ${rounds}`, flags: ['--shuffle', seed, '--seed', seed] }
  })
  const serial: Round = { name: 'one thread, one lane', flags: ['--threads', '1', '--in-flight', '1'] }
  let clean = 0
  const all = [...shuffled, serial]
  for (const round of all) if (await isClean(round)) clean += 1
  process.stdout.write(`${clean} of ${all.length} runs clean\n`)
  return clean === all.length
}

async function isClean({ name, flags }: Round): Promise<boolean> {
  const { code, state } = await runSuite(['scenarios', ...flags])
  const verdicts = verdictsOf(state)
  const bad = [...verdicts]
    .filter(([, { outcome }]) => outcome !== 'passed' && outcome !== 'skipped')
    .map(([id, verdict]) => `${id} ${told(verdict)}`)
  const found = bad.length === 0 ? 'no failure' : bad.join('; ')
  process.stdout.write(`${name}: exit ${code}, ${verdicts.size} scenarios, ${found}\n`)
  return code === 0 && verdicts.size > 0 && bad.length === 0
}
