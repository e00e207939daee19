import { expect, test } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { openCredentials } from './credentials.ts'
import type { ContextConnection } from './kubeconfig.ts'

const at = (token: string, renewable = true): ContextConnection => ({
  context: 'c',
  server: 'https://c',
  token,
  ...(renewable ? { renewable } : {}),
})

function fakes(tokens: readonly (string | Error)[], renewable = true) {
  const clock = new ManualClock()
  const warnings: string[] = []
  let reads = 0
  const read = () => {
    const token = tokens[Math.min(reads, tokens.length - 1)] ?? ''
    reads += 1
    return token instanceof Error ? Promise.reject(token) : Promise.resolve(at(token, renewable))
  }
  const open = () => openCredentials({ clock, read, onWarning: (text) => warnings.push(text) })
  return { clock, warnings, open, reads: () => reads }
}

test('credentials that end are read again every minute, and whoever uses them is told of new ones', async () => {
  const { clock, open, reads } = fakes(['a', 'a', 'b'])
  const credentials = await open()
  const seen: (string | undefined)[] = []
  const end = credentials.subscribe(({ token }) => seen.push(token))
  await clock.advance(60_000)
  expect([reads(), seen]).toEqual([2, []])
  await clock.advance(60_000)
  expect([seen, credentials.connection.token]).toEqual([['b'], 'b'])
  end()
  credentials.close()
  await clock.advance(600_000)
  expect(reads()).toBe(3)
})

test('those that last are read once', async () => {
  const { clock, open, reads } = fakes(['a'], false)
  await open()
  await clock.advance(600_000)
  expect(reads()).toBe(1)
})

test('all who are refused at the same time ask once', async () => {
  const { open, reads } = fakes(['a', 'b'])
  const credentials = await open()
  const [first, second] = await Promise.all([credentials.renew(), credentials.renew()])
  expect([first.token, second.token, reads()]).toEqual(['b', 'b', 2])
})

test('a plugin that fails is a warning, and the old credentials stay', async () => {
  const { clock, open, warnings } = fakes(['a', new Error('plugin is gone')])
  const credentials = await open()
  await clock.advance(60_000)
  expect(warnings).toEqual(['the credentials could not be renewed: plugin is gone'])
  expect(credentials.connection.token).toBe('a')
})
