import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Recording } from './recording.ts'
import { replay, type Difference } from './replay.ts'
import { Workbench } from './workbench.ts'

export const RECORDINGS_FOLDER = resolve(import.meta.dirname, '../../../../../shared/recordings')

/** Names of the recordings, sorted; none where the folder is not there. */
export function recordingNames(): readonly string[] {
  if (!existsSync(RECORDINGS_FOLDER)) return []
  const files = readdirSync(RECORDINGS_FOLDER).filter((file) => file.endsWith('.json'))
  return files.map((file) => file.slice(0, -'.json'.length)).sort()
}

/** What a gateway with these faults does otherwise than the recorded one. */
export async function replayWith(name: string, faults: readonly string[]): Promise<readonly Difference[]> {
  const text = readFileSync(resolve(RECORDINGS_FOLDER, `${name}.json`), 'utf8')
  const recording = JSON.parse(text) as Recording
  const bench = await benchFor(recording, faults)
  try {
    return await replay(recording, bench)
  } finally {
    await bench.close()
  }
}

async function benchFor(
  { profile, namespaces, config }: Recording,
  faults: readonly string[],
): Promise<Workbench> {
  const names = namespaces.map((namespace) => (typeof namespace === 'string' ? namespace : namespace.name))
  const bench = await Workbench.open({
    faults,
    storm: config.processing['storm'] ?? {},
    dedupTtl: String(config.processing['deduplication']?.['ttl']),
    rateLimit: { requests_per_minute: 100, burst: 10 },
    namespaces: ['default', 'kubernaut-system', ...names],
    podNamespace: `rec-${profile}`,
  })
  for (const namespace of namespaces) {
    if (typeof namespace !== 'string') bench.kube.namespaces.set(namespace.name, namespace.labels)
  }
  return bench
}

/** Only the lines that differ. */
export function readable({ where, recorded, replayed }: Difference): string {
  const [left, right] = [recorded.split('\n'), replayed.split('\n')]
  const missing = left.filter((line) => !right.includes(line)).map((line) => `  - ${line.trim()}`)
  const extra = right.filter((line) => !left.includes(line)).map((line) => `  + ${line.trim()}`)
  const order = missing.length + extra.length === 0 ? ['  (the same lines in another order)'] : []
  return [where, ...missing, ...extra, ...order].join('\n')
}
