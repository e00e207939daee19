import { runSuite, told, verdictsOf, type Verdict } from './suite-run.ts'

const RUNS = 300
/** In one process: each has a seed of its own, of which the number is a part. */
const AT_ONCE = 10

/**
 * The whole suite under the virtual clock with one seed after the other, each in another order: every scenario must end
 * as with the first one. `npm run soak -- seeds [runs] [the first process's number]`.
 */
export async function soakSeeds([runs = String(RUNS), from = '1']: readonly string[]): Promise<boolean> {
  const expected = new Map<string, Verdict>()
  const processes = Math.ceil(Number(runs) / AT_ONCE)
  let differences = 0
  for (let number = Number(from); number < Number(from) + processes; number += 1) {
    const flags = ['--seed', `seed-${number}`, '--shuffle', `order-${number}`, '--repeat', String(AT_ONCE)]
    const { code, state } = await runSuite(['scenarios', '--clock', 'virtual', ...flags])
    const wrong = differencesIn(verdictsOf(state), expected)
    const isWell = wrong.length === 0 && code === 0 && expected.size > 0
    differences += isWell ? 0 : Math.max(1, wrong.length)
    const found = wrong.length === 0 ? 'the same verdicts' : wrong.join('; ')
    process.stdout.write(
      `${isWell ? 'ok ' : 'BAD'} ${flags.join(' ')}: exit ${code}, ${expected.size} scenarios, ${found}\n`,
    )
  }
  process.stdout.write(`${differences} differences in ${processes * AT_ONCE} runs\n`)
  return differences === 0
}

/** The first end of each scenario is what all others are expected to be; one that did not run is another end, too. */
function differencesIn(
  verdicts: ReadonlyMap<string, Verdict>,
  expected: Map<string, Verdict>,
): readonly string[] {
  for (const [id, verdict] of verdicts) if (!expected.has(baseOf(id))) expected.set(baseOf(id), verdict)
  return [...expected].flatMap(([base, first]) =>
    copiesOf(base)
      .filter((id) => verdicts.get(id)?.outcome !== first.outcome)
      .map((id) => `${id} ${told(verdicts.get(id))}, and first ${told(first)}`),
  )
}

/** As `--repeat` calls them. */
function copiesOf(base: string): readonly string[] {
  return Array.from({ length: AT_ONCE }, (_, index) => (index === 0 ? base : `${base}#${index + 1}`))
}

function baseOf(id: string): string {
  return id.replace(/#\d+$/, '')
}
