import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { presets, type FaultName } from '../embedded/gateway/faults/index.ts'
import { exitCode } from '../events/exit-code.ts'
import { openSession, type Session } from './testing/in-process.ts'
import { openPlace, ROOT, type Place } from './testing/place.ts'

const PRESET = 'kubernaut-2025-11-24'
const HANG_MS = 120_000

/** Scenarios that the preset breaks, each with the fault that does it. */
const GAPS: Readonly<Record<string, FaultName>> = {
  'intake/request-ids': 'request-ids-lost',
  'limits/probes': 'rate-limit-off',
  'metrics/in-flight': 'metrics-frozen',
}
const ids = Object.keys(GAPS)

let place: Place
beforeEach(() => {
  place = openPlace(process.env['PATH'])
})
afterEach(() => place[Symbol.asyncDispose]())

function textOf(id: string): string {
  return readFileSync(join(ROOT, 'scenarios', `${id}.yaml`), 'utf8')
}

/** The same file without its marker: the key and what is indented below it. */
function unmarked(text: string): string {
  const without = text.replace(/^knownGap:\n(?: .*\n)+/m, '')
  expect(without).not.toBe(text)
  return without
}

/** The gateway of the preset; it says so also when a fault of it is mended. */
function gatewayWithout(mended: readonly FaultName[]): Promise<Session> {
  const faults = presets[PRESET].filter((fault) => !mended.includes(fault))
  return openSession(place, { faults, version: PRESET, profiles: ['dedup', 'limited'] })
}

/** How the scenarios ended, in the order of `ids`, and with which exit code. */
async function end({ run }: Session, texts: readonly string[]): Promise<readonly (string | number)[]> {
  const state = await run({ text: texts })
  const outcomes = ids.map((_, index) => {
    const file = index === 0 ? 'scenario.yaml' : `scenario-${index + 1}.yaml`
    return state.finished.all.find(({ plan }) => plan.file === file)?.outcome ?? 'nothing'
  })
  return [...outcomes, exitCode(state)]
}

test(
  'with the preset each marked scenario is a gap, and one whose marker is dropped fails the run',
  async () => {
    const session = await gatewayWithout([])
    const texts = ids.map(textOf)
    expect(await end(session, texts)).toEqual(['gap', 'gap', 'gap', 0])
    for (const dropped of ids.keys()) {
      const others = texts.map((text, index) => (index === dropped ? unmarked(text) : text))
      const wanted = ids.map((_, index) => (index === dropped ? 'failed' : 'gap'))
      expect(await end(session, others)).toEqual([...wanted, 1])
    }
  },
  HANG_MS,
)

test.each(ids.map((id, index) => [index, id] as const))(
  'mending a fault fails the run with its marked scenario (%i: %s)',
  async (mended, id) => {
    const session = await gatewayWithout([GAPS[id] ?? 'metrics-frozen'])
    const wanted = ids.map((_, index) => (index === mended ? 'failed' : 'gap'))
    expect(await end(session, ids.map(textOf))).toEqual([...wanted, 1])
  },
  HANG_MS,
)
