import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Check } from './testing/contract/check.ts'
import { creationChecks } from './testing/contract/checks-creation.ts'
import { deduplicationChecks } from './testing/contract/checks-deduplication.ts'
import { detectionChecks } from './testing/contract/checks-detection.ts'
import { metricAndRowChecks } from './testing/contract/checks-metrics-and-rows.ts'
import { readingChecks } from './testing/contract/checks-reading.ts'
import { replyChecks } from './testing/contract/checks-replies.ts'
import { requestChecks } from './testing/contract/checks-requests.ts'
import { windowChecks } from './testing/contract/checks-windows.ts'
import { statements, type StatementId } from './testing/contract/statements.ts'
import { Workbench } from './testing/workbench.ts'

const ENGINE = resolve(import.meta.dirname, '../..')
const all = [
  requestChecks,
  replyChecks,
  readingChecks,
  deduplicationChecks,
  detectionChecks,
  windowChecks,
  creationChecks,
  metricAndRowChecks,
]
const checks: Readonly<Record<string, Check>> = Object.assign({}, ...all) as Record<string, Check>
const ids = Object.keys(statements) as StatementId[]
const shown = new Set<StatementId>()

/** Sections of the contract → what is said there and shown here. */
const titled = ids.map((id) => [statements[id][0], statements[id][1], id] as const)

describe('the contract of the gateway', () => {
  test.each(titled)('§%s %s', async (_section, _statement, id) => {
    const check = checks[id]
    if (check === undefined) throw new Error(`nothing shows ${id}`)
    if ('file' in check) expectTest(check.file, check.title)
    else await runOn(check)
    shown.add(id)
  })

  test('every statement is shown once, and nothing else is', () => {
    expect(all.flatMap((one) => Object.keys(one)).sort()).toEqual([...ids].sort())
  })
})

async function runOn({ options, run }: Exclude<Check, { file: string }>): Promise<void> {
  const bench = await Workbench.open(options)
  try {
    await run(bench)
  } finally {
    await bench.close()
  }
}

/** A test elsewhere counts as long as it is there and is not switched off. */
function expectTest(file: string, title: string): void {
  const path = resolve(ENGINE, file)
  expect(existsSync(path), file).toBe(true)
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .find((one) => one.includes(title))
  expect(line, `${file}: ${title}`).toBeDefined()
  expect(line, `${file}: ${title}`).not.toMatch(/\.(?:skip|todo)\(/)
}

afterAll(() => {
  const sections = [...new Set(ids.map((id) => statements[id][0]))]
  const rows = sections.map((section) => {
    const here = ids.filter((id) => statements[id][0] === section)
    const done = here.filter((id) => shown.has(id)).length
    return `§${section.padEnd(5)} ${String(done).padStart(3)} of ${String(here.length).padStart(3)}`
  })
  process.stdout.write(
    `statements of the contract that a test shows\n${rows.join('\n')}\nall    ${String(shown.size).padStart(3)} of ${String(ids.length).padStart(3)}\n`,
  )
})
