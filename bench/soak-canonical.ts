import { runSuite } from './suite-run.ts'

const WIDTHS = [
  ['--threads', '1', '--in-flight', '1'],
  ['--threads', '1'],
  ['--threads', '2', '--in-flight', '3'],
  ['--threads', '4'],
  ['--threads', '8', '--in-flight', '2'],
] as const

/**
 * The whole suite under the virtual clock with one seed, as wide as it may be: what `report --canonical` prints of it is
 * one text; and another one with another seed.
 */
export async function soakCanonical([seed = 'canonical']: readonly string[]): Promise<boolean> {
  const first = await canonical(seed, [])
  let isWell = first.length > 0
  for (const width of WIDTHS) {
    const lines = await canonical(seed, [...width, `--shuffle=${width.join(' ')}`])
    const at = lines.findIndex((line, index) => line !== first[index])
    const isSame = at === -1 && lines.length === first.length
    isWell &&= isSame
    const found = isSame ? 'the same' : `other, from line ${at + 1} on: ${lines[at] ?? 'its end'}`
    process.stdout.write(`${isSame ? 'ok ' : 'BAD'} ${width.join(' ')}: ${lines.length} lines, ${found}\n`)
  }
  const isOther = (await canonical(`${seed}-2`, [])).join('\n') !== first.join('\n')
  process.stdout.write(`${isOther ? 'ok ' : 'BAD'} another seed: ${isOther ? 'another text' : 'the same'}\n`)
  return isWell && isOther
}

async function canonical(seed: string, flags: readonly string[]): Promise<readonly string[]> {
  return (await runSuite(['scenarios', '--clock', 'virtual', '--seed', seed, ...flags])).canonical
}
