import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Recording } from './testing/recording.ts'
import { replay, type Difference } from './testing/replay.ts'
import { Workbench } from './testing/workbench.ts'

const FOLDER = resolve(import.meta.dirname, '../../../../shared/recordings')
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((file) => file.endsWith('.json')) : []

let bench: Workbench | undefined

afterEach(async () => {
  await bench?.close()
  bench = undefined
})

if (files.length === 0) test.skip(`27 recordings, which would lie in ${FOLDER}`)

describe.runIf(files.length > 0)(`${files.length} recordings of the gateway of 24 November 2025`, () => {
  test.each(files)('%s replays', async (file) => {
    const recording = JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8')) as Recording
    bench = await benchFor(recording)
    expect((await replay(recording, bench)).map(readable).join('\n')).toBe('')
  })
})

async function benchFor({ profile, namespaces, config }: Recording): Promise<Workbench> {
  const podNamespace = `rec-${profile}`
  const names = namespaces.map((namespace) => (typeof namespace === 'string' ? namespace : namespace.name))
  const opened = await Workbench.open({
    faults: ['kubernaut-2025-11-24'],
    storm: config.processing['storm'] ?? {},
    dedupTtl: String(config.processing['deduplication']?.['ttl']),
    rateLimit: { requests_per_minute: 100, burst: 10 },
    namespaces: ['default', 'kubernaut-system', ...names],
    podNamespace,
  })
  for (const namespace of namespaces) {
    if (typeof namespace !== 'string') opened.kube.namespaces.set(namespace.name, namespace.labels)
  }
  return opened
}

/** Only the lines that differ. */
function readable({ where, recorded, replayed }: Difference): string {
  const [left, right] = [recorded.split('\n'), replayed.split('\n')]
  const missing = left.filter((line) => !right.includes(line)).map((line) => `  - ${line.trim()}`)
  const extra = right.filter((line) => !left.includes(line)).map((line) => `  + ${line.trim()}`)
  const order = missing.length + extra.length === 0 ? ['  (the same lines in another order)'] : []
  return [where, ...missing, ...extra, ...order].join('\n')
}
