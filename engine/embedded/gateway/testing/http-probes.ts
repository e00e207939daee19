import { DURATION, count, inTurn, redisAway, scraped, type Probe } from './probe.ts'
import { calm, stormy } from './workbench-config.ts'

export const httpProbes = {
  'redis away is refused': {
    holds: async (bench) => {
      await redisAway(bench)
      const answer = await bench.until(bench.alert({ pod: 'after' }))
      return answer.status === 503 && answer.headers['retry-after'] === '30' && count(bench) === 1
    },
  },
  'redis away is not ready': {
    holds: async (bench) => {
      await redisAway(bench)
      return (await bench.send('/ready', { method: 'GET' })).status === 503
    },
  },
  'metrics are complete text': {
    holds: async (bench) => {
      const { headers, text } = await bench.send('/metrics', { method: 'GET' })
      return (
        String(headers['content-type']).startsWith('text/plain') &&
        text.includes('\ngateway_http_requests_in_flight ') &&
        text.includes('\ngateway_redis_pool_connections_total ')
      )
    },
  },
  'metrics move': {
    holds: async (bench) => {
      await inTurn(bench, {})
      return (
        /\ngateway_http_requests_in_flight 1\n/.test(await scraped(bench)) &&
        (await bench.metric('gateway_redis_pool_hits_total')) > 0
      )
    },
  },
  'answers and refusals have their series': {
    options: { storm: stormy },
    holds: async (bench) => {
      await inTurn(bench, {})
      const { status } = await bench.send('/api/v1/signals/prometheus', { body: 'no json' })
      return (
        status === 400 &&
        (await bench.metric(`${DURATION},status="202"}`)) === 1 &&
        (await bench.metric(`${DURATION},status="400"}`)) === 1
      )
    },
  },
  'request ids are echoed': {
    holds: async (bench) => {
      const headers = { 'x-request-id': 'mine' }
      const answer = await bench.send('/api/v1/signals/prometheus', { headers, body: 'no json' })
      return (
        answer.headers['x-request-id'] === 'mine' &&
        answer.json?.['request_id'] === 'mine' &&
        bench.log.some((line) => line['request_id'] === 'mine')
      )
    },
  },
  'the rate is limited': {
    options: { storm: calm, rateLimit: { requests_per_minute: 2, burst: 1 } },
    holds: async (bench) => (await inTurn(bench, {}, {}, {}, {})) === '201 202 202 429',
  },
  'health is 200': {
    holds: async (bench) => (await bench.send('/health', { method: 'GET' })).status === 200,
  },
} satisfies Readonly<Record<string, Probe>>
