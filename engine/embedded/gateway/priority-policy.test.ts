import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readPolicy, type PriorityPolicy } from './priority-policy.ts'

const shipped = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, '../../../kind/profiles', name), 'utf8')

function policyOf(text: string): PriorityPolicy {
  const read = readPolicy(text)
  if (!read.ok) throw new Error(read.problem)
  return read.policy
}

test('the end-to-end policy gives P2 to all', () => {
  expect(policyOf(shipped('priority-always-p2.rego'))('critical', 'production')).toBe('P2')
})

test.each([
  ['critical', 'production', 'P0'],
  ['critical', 'staging', 'P1'],
  ['warning', 'production', 'P1'],
  ['critical', 'development', 'P2'],
  ['warning', 'development', 'P2'],
  ['warning', 'staging', 'P2'],
  ['info', 'production', 'P3'],
  ['critical', 'qa-7', 'P2'],
])('the table: %s in %s is %s', (severity, environment, priority) => {
  expect(policyOf(shipped('priority-table.rego'))(severity, environment)).toBe(priority)
})

test('the table in another writing is the same', () => {
  const text = shipped('priority-table.rego')
    .replaceAll(':=', '=')
    .replaceAll(' if {', ' {')
    .replaceAll('\t', '  ')
  expect(policyOf(text)('critical', 'production')).toBe('P0')
})

test.each([
  ['another rule', shipped('priority-table.rego').replace('"P3"', '"P1"')],
  ['another package', 'package something'],
  ['no package', 'priority := "P1" { true }'],
])('%s is refused with what is known', (_what, text) => {
  const read = readPolicy(text)
  expect(read.ok ? '' : read.problem).toContain('only two Rego files are known')
})
