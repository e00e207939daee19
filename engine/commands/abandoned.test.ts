import { expect, test } from 'vitest'
import { createJournal } from '../events/journal.ts'
import type { EventBody } from '../events/event.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { abandoned } from './abandoned.ts'

const plan = (id: string) => ({ id, name: id, file: 'a.yaml', line: 1, tags: [], profile: 'dedup' })
const place = (scenario: string, attempt = 1) => ({ scenario, attempt, thread: 0, lane: 0 })

test('what is in flight leaves its namespaces and keys, each with what removes it; what has ended does not', () => {
  const events: EventBody[] = [
    {
      type: 'run:started',
      run: 'r',
      version: '0',
      wall: 0,
      target: 'kind',
      profiles: [],
      threads: 1,
      threadsReason: '',
      lanes: 1,
      clock: 'real',
      seed: 's',
      redis: '',
      gateway: '',
      scenarios: [plan('a'), plan('b')],
    },
    { type: 'scenario:started', ...place('a'), namespaces: { app: 'app-1' } },
    { type: 'attempt:ended', ...place('a'), outcome: 'broken', ms: 1, leftovers: [] },
    { type: 'scenario:started', ...place('a', 2), namespaces: { app: 'app-2', other: 'other-2' } },
    { type: 'scenario:started', ...place('b'), namespaces: { app: 'app-3' } },
    { type: 'scenario:ended', scenario: 'b', outcome: 'passed', ms: 1, attempts: 1 },
  ]
  const journal = createJournal(new ManualClock(), [], (event) => event)
  for (const event of events) journal.tell(event)
  expect(abandoned(journal.state(), 'stopped twice by SIGINT')).toEqual(
    ['app-2', 'other-2'].flatMap((name) => [
      {
        what: `namespace ${name}`,
        reason: 'stopped twice by SIGINT',
        command: `kubectl delete namespace ${name}`,
      },
      {
        what: `Redis keys with ${name} in their names`,
        reason: 'stopped twice by SIGINT',
        command: `redis-cli --scan --pattern '*${name}*' | xargs -r redis-cli del`,
      },
    ]),
  )
})
