import { bestOf, GWSCEN } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

/** What every command pays before it does anything. */
export async function start({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const rounds = smoke ? 3 : 15
  const bare = await bestOf(rounds, ['-e', '0'])
  const version = await bestOf(rounds, [GWSCEN, '--version'])
  const note = `best of ${rounds}; node -e 0 needs ${bare.wallMs.toFixed(0)} ms wall, ${bare.cpuMs.toFixed(0)} ms CPU`
  return smoke
    ? [
        {
          name: '--version, CPU / node',
          value: version.cpuMs / bare.cpuMs,
          unit: '×',
          bound: { below: 5 },
          note,
        },
      ]
    : [
        { name: '--version, wall', value: version.wallMs, unit: 'ms', note },
        {
          name: '--version, wall / node',
          value: version.wallMs / bare.wallMs,
          unit: '×',
          bound: { below: 2 },
        },
      ]
}
