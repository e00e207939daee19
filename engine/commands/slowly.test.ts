import { expect, test } from 'vitest'
import { Phases } from '../provision/phases.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { slowly } from './slowly.ts'

function desk() {
  const clock = new ManualClock()
  const lines: string[] = []
  return { clock, lines, telling: { clock, say: (line: string) => void lines.push(line) } }
}

test('what is there soon is not spoken of', async () => {
  const { clock, lines, telling } = desk()
  const done = slowly('cluster', () => clock.sleep(900).then(() => 'made'), telling)
  await clock.advance(60_000)
  expect(await done).toBe('made')
  expect(lines).toEqual([])
})

test('what takes long is named while it goes on, again every half minute, and when it is over', async () => {
  const { clock, lines, telling } = desk()
  const done = slowly('cluster', () => clock.sleep(43_000).then(() => 'made'), telling)
  await clock.advance(1000)
  expect(lines).toEqual(['cluster …'])
  await clock.advance(60_000)
  await done
  expect(lines).toEqual(['cluster …', 'cluster … (31s)', 'cluster: made, 43s'])
})

test('a failure ends it as well', async () => {
  const { clock, lines, telling } = desk()
  const work = () =>
    clock.sleep(2000).then((): string => {
      throw new Error('no')
    })
  const done = slowly('images', work, telling)
  const failed = expect(done).rejects.toThrow('no')
  await clock.advance(60_000)
  await failed
  expect(lines).toEqual(['images …', 'images: failed, 2s'])
})

test('phases of a cluster that comes up are told so', async () => {
  const { clock, lines, telling } = desk()
  const phases = new Phases(clock, (name, work) => slowly(name, work, telling))
  const done = phases.run('nodes', () => clock.sleep(5000).then(() => 'made'))
  await clock.advance(5000)
  await done
  expect(lines).toEqual(['nodes …', 'nodes: made, 5s'])
  expect(phases.all).toEqual([{ name: 'nodes', startMs: 0, ms: 5000, note: 'made' }])
})
