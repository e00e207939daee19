import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../base/clock.ts'
import { randomFrom } from '../base/random.ts'
import { createKubeClient, type RestKubeClient } from '../cluster/client.ts'
import type { KubeObject, ResourceType } from '../cluster/types.ts'
import { startApiServer, type ApiServer } from '../embedded/apiserver/api-server.ts'
import { makeCertificate } from '../embedded/apiserver/certificate.ts'
import type { Intervention } from '../embedded/apiserver/interception.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { createLocalKubeClient, type LocalKubeClient } from './local-kube-client.ts'

const crd = parse(
  readFileSync(new URL('../../kind/manifests/remediationrequests.yaml', import.meta.url), 'utf8'),
) as { spec: { names: { kind: string; plural: string }; group: string } }
const { group, names } = crd.spec
const TYPE: ResourceType = { group, version: 'v1alpha1', ...names, namespaced: true }
const certificate = makeCertificate(systemClock)

let api: ApiServer
let overHttp: RestKubeClient
let within: LocalKubeClient
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock()
  api = await startApiServer({
    clock,
    random: randomFrom('test'),
    crds: [crd],
    dial: () => undefined,
    credentials: { token: 'sesame', certificate: await certificate },
  })
  for (const name of ['http', 'within'])
    api.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  overHttp = createKubeClient(api.connection, { clock, retryMs: 0, userAgent: 'http' })
  within = createLocalKubeClient({ api, clock, userAgent: 'within', pass: (then) => void setImmediate(then) })
})
afterEach(async () => {
  overHttp.close()
  await api.close()
})

function request(namespace: string, name: string, spec: object = {}): KubeObject {
  const signal = {
    signalName: 'Down',
    severity: 'critical',
    signalType: 'prometheus',
    targetType: 'kubernetes',
  }
  const when = { firingTime: '2026-01-01T00:00:00Z', receivedTime: '2026-01-01T00:00:00Z' }
  const deduplication = {
    isDuplicate: false,
    occurrenceCount: 1,
    firstSeen: when.firingTime,
    lastSeen: when.firingTime,
  }
  const rest = {
    signalFingerprint: 'f'.repeat(64),
    environment: 'production',
    priority: 'P0',
    deduplication,
  }
  return {
    apiVersion: `${group}/v1alpha1`,
    kind: names.kind,
    metadata: { namespace, name, labels: { app: name } },
    spec: { ...signal, ...when, ...rest, ...spec },
  }
}

/** What a call comes to, with what differs from client to client left out. */
async function outcome(call: Promise<unknown>): Promise<string> {
  const told = await call.then(
    (answer) => JSON.stringify(answer),
    (error: unknown) => {
      const { name, kind, status, reason, retryAfterMs, details } = error as Record<string, unknown>
      const { explanation, sent } = details as Record<string, unknown>
      return JSON.stringify({ name, kind, status, reason, retryAfterMs, explanation, sent })
    },
  )
  return told
    .replaceAll(/"uid":"[^"]*"/g, '"uid":"…"')
    .replaceAll(/"resourceVersion":"\d*"/g, '"resourceVersion":"…"')
    .replaceAll(/"namespace":"(http|within)"/g, '"namespace":"…"')
    .replaceAll(/namespaces? \\?"(http|within)\\?"/g, 'namespace …')
}

type Question = (client: LocalKubeClient, namespace: string) => Promise<unknown>

async function expectTheSame(question: Question): Promise<string> {
  const [there, here] = [await outcome(question(overHttp, 'http')), await outcome(question(within, 'within'))]
  expect(here).toBe(there)
  return here
}

describe('the answer is the one that HTTP would bring', () => {
  const questions: Readonly<Record<string, Question>> = {
    'an object that is made': (client, ns) => client.create(TYPE, request(ns, 'a')),
    'an object that is not there': (client, ns) => client.get(TYPE, { namespace: ns, name: 'absent' }),
    'an object made twice': async (client, ns) => {
      await client.create(TYPE, request(ns, 'a'))
      return client.create(TYPE, request(ns, 'a'))
    },
    'an object that its schema refuses': (client, ns) =>
      client.create(TYPE, request(ns, 'a', { severity: { not: 'a text' } })),
    'a namespace that is not there': (client) => client.create(TYPE, request('nowhere', 'a')),
    'a list by label': async (client, ns) => {
      await client.create(TYPE, request(ns, 'a'))
      await client.create(TYPE, request(ns, 'b'))
      return client.list(TYPE, { namespace: ns, labelSelector: 'app=b' })
    },
    'an object put in place': async (client, ns) => {
      const made = await client.create(TYPE, request(ns, 'a'))
      return client.replace(TYPE, { ...made, metadata: { ...made.metadata, labels: { app: 'new' } } })
    },
    'an object put in place of a newer one': async (client, ns) => {
      const made = await client.create(TYPE, request(ns, 'a'))
      await client.replace(TYPE, { ...made, metadata: { ...made.metadata, labels: { app: 'new' } } })
      return client.replace(TYPE, made)
    },
  }
  test.each(Object.keys(questions))('%s', async (name) => {
    expect(await expectTheSame(questions[name] ?? (() => Promise.reject(new Error(name))))).not.toBe('{}')
  })
})

describe('a fault does the same as over HTTP', () => {
  const faults: Readonly<Record<string, Intervention>> = {
    'a refusal': { refuse: { code: 503, message: 'closed for today' } },
    'a refusal that asks to come again': { refuse: { code: 429, retryAfterSeconds: 3 } },
    'a request that is lost': { drop: 'request' },
    'a reply that is lost': { drop: 'reply' },
  }
  test.each(Object.keys(faults))('%s', async (name) => {
    api.intercept(() => faults[name])
    const said = await expectTheSame((client, ns) => client.create(TYPE, request(ns, 'a')))
    expect(said).toMatch(/Error/)
    const isMade = name === 'a reply that is lost'
    for (const namespace of ['http', 'within'])
      expect(api.objects.list(TYPE, { namespace }), namespace).toHaveLength(isMade ? 1 : 0)
  })

  test('a delay beyond the time limit', async () => {
    let delayed = 0
    api.intercept(({ userAgent }) => {
      if (userAgent === 'within') delayed += 1
      return { delayMs: 60_000 }
    })
    const made = within.create(TYPE, request('within', 'a'))
    const failing = expect(made).rejects.toMatchObject({ kind: 'timeout', sent: true })
    while (delayed === 0) await new Promise((resolve) => setImmediate(resolve))
    await clock.advance(10_000)
    await failing
    await clock.advance(60_000)
    expect(api.objects.list(TYPE)).toEqual([])
  })
})

test('what is given out is a copy that nobody can spoil for others', async () => {
  const made = await within.create(TYPE, request('within', 'a'))
  expect(() => Object.assign(made.metadata, { labels: { app: 'spoilt' } })).toThrow(TypeError)
  expect(() => Object.assign(made.metadata.labels ?? {}, { app: 'spoilt' })).toThrow(TypeError)
  expect(await within.get(TYPE, { namespace: 'within', name: 'a' })).toMatchObject({
    metadata: { labels: { app: 'a' } },
  })
})

test('who has closed hears no answer', async () => {
  const asked = within.get(TYPE, { namespace: 'within', name: 'a' })
  within.close()
  await expect(asked).rejects.toMatchObject({ kind: 'reset' })
})
