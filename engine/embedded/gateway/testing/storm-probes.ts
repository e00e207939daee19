import { valueAt } from '../../../base/json.ts'
import { DURATION, MEMBERS, affected, count, inTurn, occurrences, storm, type Probe } from './probe.ts'
import { calm, stormy } from './workbench-config.ts'

export const stormProbes = {
  'one storm is one object with all its members': {
    options: { storm: stormy },
    holds: async (bench) => {
      await storm(bench)
      const early = count(bench)
      await bench.pass(4999)
      const before = count(bench)
      await bench.pass(1)
      const gone = (await bench.keys('alert:storm:aggregate:*')).length === 0
      return (
        early === 0 && before === 0 && gone && JSON.stringify(affected(bench)) === JSON.stringify([MEMBERS])
      )
    },
  },
  'a storm object carries the first alert': {
    options: { storm: stormy },
    holds: async (bench) => {
      await storm(bench)
      await bench.pass(5000)
      return valueAt(bench.kube.objects[0], ['spec', 'signalLabels', 'pod']) === 'p-1'
    },
  },
  'members are duplicates of the storm object': {
    options: { storm: stormy },
    holds: async (bench) => {
      await storm(bench)
      await bench.pass(5000)
      const answer = await bench.alert({ pod: 'p-2' })
      return answer.json?.['status'] === 'duplicate' && occurrences(bench) === 2
    },
  },
  'a lone alert gets an object': {
    options: { storm: stormy },
    holds: async (bench) => {
      const first = await inTurn(bench, {})
      await bench.pass(10_000)
      return first === '202' && count(bench) === 1
    },
  },
  'the second alert opens the window': {
    options: { storm: stormy },
    holds: async (bench) => {
      await inTurn(bench, {})
      return (await bench.alert({ pod: 'p-2' })).json?.['isStorm'] === true
    },
  },
  'a window ends at its maximum': {
    options: { storm: { ...stormy, max_window_duration: '10s' } },
    holds: async (bench) => {
      const answers = [await inTurn(bench, { pod: 'p-0' }, { pod: 'p-1' })]
      for (let pod = 2; pod < 6; pod += 1) {
        await bench.pass(3000)
        answers.push(await inTurn(bench, { pod: `p-${pod}` }))
      }
      return !answers.join(' ').includes('201') && count(bench) === 1
    },
  },
  'namespaces have windows of their own': {
    options: { storm: stormy },
    holds: async (bench) => {
      await inTurn(bench, { pod: 'p-1' }, { pod: 'p-2' })
      await inTurn(bench, { namespace: 'team-b', pod: 'q-1' }, { namespace: 'team-b', pod: 'q-2' })
      await bench.pass(5000)
      return bench.kube.objects.map(({ metadata }) => metadata.namespace).join() === 'team-a,team-b'
    },
  },
  'a window survives a restart': {
    options: { storm: stormy },
    holds: async (bench) => {
      await storm(bench)
      await bench.restart()
      await bench.pass(5000)
      return JSON.stringify(affected(bench)) === JSON.stringify([MEMBERS])
    },
  },
  'a storm begins beyond the threshold': {
    options: { storm: { ...calm, rate_threshold: 2, pattern_threshold: 100 } },
    holds: async (bench) => (await inTurn(bench, { pod: '1' }, { pod: '2' }, { pod: '3' })) === '201 201 202',
  },
  'one event is counted once': {
    options: { storm: stormy },
    holds: async (bench) => {
      await inTurn(bench, {}, { pod: 'p-2' })
      await bench.pass(5000)
      const name = 'signal_name="PodCrashLooping",storm_type="rate"'
      return (
        (await bench.metric(`${DURATION},status="202"}`)) === 2 &&
        (await bench.metric(`gateway_signal_storms_detected_total{${name}}`)) === 2 &&
        (await bench.metric('gateway_crds_created_total{environment="unknown",priority="P2"}')) === 1
      )
    },
  },
  'figures of a storm are measured': {
    options: { storm: stormy },
    holds: async (bench) => {
      await storm(bench)
      await bench.pass(5000)
      const labels = '{alert_name="PodCrashLooping",namespace="team-a"}'
      return (
        (await bench.metric('gateway_storm_aggregation_ratio')) === 3 &&
        (await bench.metric(`gateway_storm_window_duration_seconds_sum${labels}`)) === 9
      )
    },
  },
} satisfies Readonly<Record<string, Probe>>
