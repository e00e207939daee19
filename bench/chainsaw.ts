import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../engine/base/clock.ts'

/** Where a chainsaw is that is to be compared with. */
const PROGRAM = process.env['GWSCEN_CHAINSAW']

/**
 * How long chainsaw needs for as many tests that write a ConfigMap and see it, 16 at a time and without deleting, in
 * milliseconds from its launch to its end; undefined where `GWSCEN_CHAINSAW` names none. Its namespaces, called
 * `chainsaw-…`, are left.
 */
export async function chainsawMs(count: number, kubeconfig: string): Promise<number | undefined> {
  if (PROGRAM === undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'gwscen-chainsaw-'))
  try {
    for (let index = 0; index < count; index += 1) {
      await mkdir(join(folder, `t${index}`))
      await writeFile(join(folder, `t${index}`, 'chainsaw-test.yaml'), test(index))
    }
    const startedAt = systemClock.now()
    const env = { ...process.env, KUBECONFIG: kubeconfig }
    await promisify(execFile)(PROGRAM, ['test', '--parallel', '16', '--skip-delete', folder], { env })
    return systemClock.now() - startedAt
  } finally {
    await rm(folder, { recursive: true })
  }
}

function test(index: number): string {
  const map = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: limits }, data: { most: "4" } }'
  return `apiVersion: chainsaw.kyverno.io/v1alpha1
kind: Test
metadata: { name: t${index} }
spec:
  steps:
    - try:
        - apply: { resource: ${map} }
        - assert: { resource: ${map} }
`
}
