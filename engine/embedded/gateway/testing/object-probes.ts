import { valueAt } from '../../../base/json.ts'
import { HASH, count, inTurn, occurrences, setPhase, type Probe } from './probe.ts'

export const objectProbes = {
  'first is created': {
    holds: async (bench) => {
      const answers = await inTurn(bench, {})
      const object = bench.kube.objects[0]
      return (
        answers === '201' &&
        valueAt(object, ['spec', 'severity']) === 'critical' &&
        valueAt(object, ['spec', 'signalLabels', 'pod']) === 'p-1' &&
        object?.metadata.labels?.['kubernaut.io/signal-fingerprint']?.length === 63
      )
    },
  },
  'repeat is a duplicate': {
    holds: async (bench) =>
      (await inTurn(bench, {}, {})) === '201 202' && count(bench) === 1 && occurrences(bench) === 2,
  },
  'hash expires': {
    holds: async (bench) => {
      await inTurn(bench, {})
      await bench.pass(3000)
      await inTurn(bench, {})
      await bench.pass(3000)
      const refreshed = (await bench.keys(HASH)).length === 1
      await bench.pass(3000)
      return refreshed && (await bench.keys(HASH)).length === 0
    },
  },
  'deduplication outlives the hash': {
    holds: async (bench) => {
      await inTurn(bench, {})
      await bench.pass(6000)
      const again = await inTurn(bench, {})
      return again === '202' && count(bench) === 1 && (await bench.keys(HASH)).length === 0
    },
  },
  'unfinished phases are duplicates': {
    holds: async (bench) => {
      await inTurn(bench, {})
      setPhase(bench, 'Pending')
      const pending = await inTurn(bench, {})
      setPhase(bench, 'Processing')
      return `${pending} ${await inTurn(bench, {})}` === '202 202' && count(bench) === 1
    },
  },
  'after a final phase a new object is made': {
    holds: async (bench) => {
      await inTurn(bench, {})
      setPhase(bench, 'Completed')
      return (await inTurn(bench, {})) === '201' && count(bench) === 2
    },
  },
  'different alerts make objects of their own': {
    holds: async (bench) => {
      const answers = await inTurn(
        bench,
        {},
        { alertname: 'Other' },
        { pod: 'p-2' },
        { namespace: 'team-b' },
        { node: 'p-1', pod: 'n' },
      )
      const pods = { alertname: 'Kinds', pod: 'same' }
      const sent = await bench.send('/api/v1/signals/kubernetes-event', {
        body: {
          type: 'Warning',
          reason: 'Kinds',
          involvedObject: { kind: 'Deployment', namespace: 'team-a', name: 'same' },
        },
      })
      return answers === '201 201 201 201 201' && sent.status === 201 && (await inTurn(bench, pods)) === '201'
    },
  },
  'ten at once are one object that counts ten': {
    holds: async (bench) => {
      bench.kube.before = (call) => bench.clock.sleep(call === 'create' ? 1500 : 5)
      const answers = await bench.until(Promise.all(Array.from({ length: 10 }, () => bench.alert())))
      await bench.pass(60_000)
      const created = answers.filter(({ status }) => status === 201).length
      return created === 1 && count(bench) === 1 && occurrences(bench) === 10
    },
  },
  'a finished alert may fire again at once': {
    holds: async (bench) => {
      await inTurn(bench, {})
      setPhase(bench, 'Failed')
      await inTurn(bench, {})
      return count(bench) === 2
    },
  },
  'repeats in a missing namespace are duplicates': {
    holds: async (bench) =>
      (await inTurn(bench, { namespace: 'nowhere' }, { namespace: 'nowhere' })) === '201 202' &&
      count(bench) === 1,
  },
  'a finished alert of a missing namespace may fire again': {
    holds: async (bench) => {
      await inTurn(bench, { namespace: 'nowhere' })
      setPhase(bench, 'Completed')
      return (await inTurn(bench, { namespace: 'nowhere' })) === '201'
    },
  },
  'no namespace means the fallback': {
    holds: async (bench) =>
      (await inTurn(bench, { namespace: '' })) === '201' &&
      bench.kube.objects[0]?.metadata.namespace === 'gateway',
  },
  'a counter always expires': {
    holds: async (bench) => {
      bench.beforeRedis = (name) =>
        name === 'EXPIRE' ? Promise.reject(new Error('connection reset')) : Promise.resolve()
      await inTurn(bench, {})
      const [key = ''] = await bench.keys('alert:storm:rate:*')
      return Number(await bench.redis.command('TTL', key)) === 60
    },
  },
  'keys do not leak': {
    holds: async (bench) => {
      await inTurn(bench, {}, { pod: 'p-2' }, {})
      await bench.pass(130_000)
      return (await bench.keys()).length === 0
    },
  },
  'a creation that seemed to fail is not repeated': {
    holds: async (bench) => {
      let failures = 1
      bench.kube.afterCreate = () => {
        failures -= 1
        return failures < 0 ? Promise.resolve() : Promise.reject(new Error('timeout'))
      }
      return (await inTurn(bench, {})) === '201' && count(bench) === 1
    },
  },
} satisfies Readonly<Record<string, Probe>>
