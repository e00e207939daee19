import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeLog } from '../engine/events/ndjson.ts'
import { GWSCEN, measureNode } from './child.ts'
import type { BenchOptions, Row } from './row.ts'

const DAY_S = 24 * 60 * 60

/**
 * One scenario that a day passes in, with a storm and its window again and again, against the machine's own time from
 * the start of the scenario to its end; and what of that is the price of the windows, and what of the hours.
 */
export async function virtual({ smoke }: BenchOptions): Promise<readonly Row[]> {
  const windows = smoke ? 24 : 144
  const hours = await passed(0)
  const day = await passed(windows)
  const perWindow = (day.realMs - hours.realMs) / windows
  const rate = {
    name: `24 virtual hours with ${windows} windows, virtual seconds per second after start`,
    value: Math.round(day.virtualMs / day.realMs),
    unit: '',
    bound: { atLeast: 10_000 },
    note: `${Math.round(day.virtualMs / 1000)} s in ${(day.realMs / 1000).toFixed(2)} s, with ${perWindow.toFixed(1)} ms for each window and its three alerts`,
  }
  const idle = {
    name: '24 virtual hours of waiting',
    value: Math.round(hours.realMs),
    unit: 'ms',
    bound: { below: smoke ? 10_000 : 1000 },
    note: 'whatever must run at each virtual second, or minute',
  }
  return smoke ? [idle] : [rate, idle]
}

interface Passed {
  readonly virtualMs: number
  /** From the start of the scenario to its end, as the main thread heard of them. */
  readonly realMs: number
}

async function passed(windows: number): Promise<Passed> {
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-day-'))
  try {
    await writeFile(join(folder, 'day.yaml'), scenario(windows))
    const log = join(folder, 'events.ndjson')
    const flags = ['--clock', 'virtual', '--threads', '1', '--reporter', 'none', '--no-history']
    await measureNode([GWSCEN, 'run', folder, ...flags, '--events', log])
    const { events } = decodeLog(await readFile(log, 'utf8'))
    const [begun] = events.filter(({ type }) => type === 'scenario:started')
    const [ended] = events.flatMap((event) => (event.type === 'scenario:ended' ? [event] : []))
    if (begun === undefined || ended?.outcome !== 'passed')
      throw new Error('the scenario of a day did not pass')
    return { virtualMs: ended.ms, realMs: ended.at - begun.at }
  } finally {
    await rm(folder, { recursive: true })
  }
}

function scenario(windows: number): string {
  const head = 'name: A day of windows\ngateway: storm\nnamespaces: [app]\ntimeout: 30h\n'
  if (windows === 0) return `${head}smoke: true\nsteps:\n  - wait: ${DAY_S}s\n`
  return `${head}vars: { alert: "\${unique('Daily')}" }
steps:
  - repeat:
      times: ${windows}
      every: ${DAY_S / windows}s
      as: round
      steps:
        - send:
            alert:
              { name: '\${vars.alert}', severity: critical, namespace: '\${ns.app}', pod: 'p-\${round_i}-\${i}' }
            times: 3
            expect: { status: 202 }
          as: storm
        - expect:
            redis: { window: { namespace: '\${ns.app}', alert: '\${vars.alert}' } }
            gone: true
            within: "\${gateway.window + duration('3s')}"
  - expect: { crd: RemediationRequest, namespace: '\${ns.app}', count: ${windows} }
`
}
