import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bestOf, GWSCEN, type Measured } from './child.ts'
import type { BenchOptions, Row } from './row.ts'
import { writeScenarios } from './scenario-files.ts'

/** `gwscen validate` of a folder, as a process of its own. */
export async function validate({ smoke }: BenchOptions): Promise<readonly Row[]> {
  if (smoke) return cpuRows(200, await validated(200, 1))
  return [
    ...rows(200, await validated(200, 5), { wallMs: 600 }),
    ...rows(5000, await validated(5000, 3), { wallMs: 6000, peakMiB: 400 }),
  ]
}

async function validated(files: number, rounds: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-bench-'))
  try {
    const scenarios = join(folder, 'scenarios')
    await writeScenarios(scenarios, files)
    return await bestOf(rounds, [GWSCEN, 'validate', scenarios])
  } finally {
    await rm(folder, { recursive: true })
  }
}

function rows(
  files: number,
  { wallMs, cpuMs, peakMiB, stdout }: Measured,
  bounds: { readonly wallMs: number; readonly peakMiB?: number },
): readonly Row[] {
  const what = `validate ${files}`
  return [
    countRow(files, stdout),
    { name: `${what}, wall`, value: Math.round(wallMs), unit: 'ms', bound: { below: bounds.wallMs } },
    { name: `${what}, CPU`, value: Math.round(cpuMs), unit: 'ms' },
    {
      name: `${what}, memory`,
      value: Math.round(peakMiB),
      unit: 'MiB',
      ...(bounds.peakMiB === undefined ? {} : { bound: { below: bounds.peakMiB } }),
      note: 'peak resident size',
    },
  ]
}

/** Five times what it needs on a quiet machine. */
const WIDE_CPU_MS = 4000

function cpuRows(files: number, { cpuMs, stdout }: Measured): readonly Row[] {
  return [
    countRow(files, stdout),
    { name: `validate ${files}, CPU`, value: Math.round(cpuMs), unit: 'ms', bound: { below: WIDE_CPU_MS } },
  ]
}

function countRow(files: number, stdout: string): Row {
  const [, counted = '0'] = /^no problems in (\d+) files$/m.exec(stdout) ?? []
  return {
    name: `validate ${files}, files found right`,
    value: Number(counted),
    unit: '',
    bound: { exactly: files },
  }
}
