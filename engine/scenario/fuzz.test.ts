import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { globSync } from 'tinyglobby'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Problem } from '../base/problem.ts'
import { builtInDescription } from '../gateway/index.ts'
import { problemLines } from '../reporters/problems.ts'
import { renderLines } from '../reporters/text.ts'
import { codes } from './codes/index.ts'
import { examplesFor } from './examples.ts'
import { fileSchema } from './file-schema.ts'
import { subjectGrammars, verbs } from './grammar.ts'
import { loadScenarios, type LoadOptions } from './load.ts'
import { stepKeyNames } from './step-keys.ts'
import { fieldPaths } from './testing/load.ts'
import { mutationsWith } from './testing/mutations.ts'

/** So many seconds of new files; without it, the same files in every run. */
const SECONDS = Number(process.env['GWSCEN_FUZZ_SECONDS'] ?? 0)
const REPOSITORY = join(import.meta.dirname, '..', '..')
const ONE_FILE_CPU_MS = 1000

/** Uses the file under test as a template, which it mostly is not. */
const USER = 'name: uses it\nsteps:\n  - use: { template: fuzz.yaml, inputs: { alert: a } }\n    as: it\n'

/** The files that mutations begin with: shipped ones, one for each problem, and one that has every verb. */
const models = [
  ...globSync(['scenarios/**/*.yaml', 'engine/testing/broken/**/*.yaml'], { cwd: REPOSITORY, absolute: true })
    .sort()
    .map((file) => readFile(file)),
  Promise.resolve(Buffer.from(everyVerb())),
]

let folder: string
let options: LoadOptions
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gwscen-fuzz-'))
  await writeFile(join(folder, 'user.yaml'), USER)
  options = {
    paths: ['fuzz.yaml', 'user.yaml'],
    cwd: folder,
    description: builtInDescription,
    profiles: ['dedup', 'storm'],
    config: { profile: 'dedup' },
    fieldPaths: await fieldPaths(),
  }
})
afterAll(() => rm(folder, { recursive: true }))

function everyVerb(): string {
  const steps = [...verbs.values()].flatMap(({ examples }) => examplesFor(examples, builtInDescription))
  return `name: every verb\nnamespaces: [app]\nvars: { alert: a }\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`
}

/** Bounded by a number of runs, or in `npm run fuzz` by a share of the time. */
function parameters(runs: number, share: number): fc.Parameters<unknown> {
  if (SECONDS === 0) return { numRuns: runs, seed: 20_251_124 }
  return {
    numRuns: Number.MAX_SAFE_INTEGER,
    plugins: [fc.interruptAfterTimeLimit(SECONDS * share * 1000)],
  }
}

async function survives(bytes: Uint8Array): Promise<void> {
  await writeFile(join(folder, 'fuzz.yaml'), bytes)
  const before = process.cpuUsage()
  const loaded = await loadScenarios(options)
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(ONE_FILE_CPU_MS)
  for (const problem of loaded.problems) checkProblem(problem, loaded.sources.get(problem.span.file) ?? '')
  const { problems, sources } = loaded
  const shown = renderLines(problemLines({ problems, sourceOf: (file) => sources.get(file) }))
  // What a file holds must not move the cursor of a terminal.
  expect(shown).not.toMatch(/[^\n\P{Cc}]/u)
}

/** Whatever the file, what is said of it points into it and reads as words. */
function checkProblem({ code, message, hint = '', span, fix }: Problem, text: string): void {
  expect(Object.keys(codes)).toContain(code)
  expect(`${message} ${hint}`).not.toMatch(/undefined|\[object |\bNaN\b/)
  expect(span.start).toBeGreaterThanOrEqual(0)
  expect(span.end).toBeGreaterThanOrEqual(span.start)
  expect(span.end).toBeLessThanOrEqual(text.length)
  const before = text.slice(0, span.start).split('\n')
  const mark = before.length === 1 && text.startsWith('\ufeff') && span.start > 0 ? 1 : 0
  expect([span.line, span.col]).toEqual([before.length, (before.at(-1) ?? '').length + 1 - mark])
  if (fix === undefined) return
  expect(fix.start).toBeGreaterThanOrEqual(0)
  expect(fix.end).toBeGreaterThanOrEqual(fix.start)
  expect(fix.end).toBeLessThanOrEqual(text.length)
}

const longTest = { timeout: 30_000 + SECONDS * 2000 }

test('a real file with some slips is told of or loaded', longTest, async () => {
  const known = await Promise.all(models)
  const steps = fc.array(mutationsWith(known), { minLength: 1, maxLength: 5 })
  const file = fc
    .tuple(fc.constantFrom(...known), steps)
    .map(([model, all]) => all.reduce<Uint8Array>((bytes, mutate) => mutate(bytes), model))
  await fc.assert(fc.asyncProperty(file, survives), parameters(300, 0.6))
})

test('whatever shape a file has is told of or loaded', longTest, async () => {
  const words = [
    ...verbs.keys(),
    ...subjectGrammars.keys(),
    ...stepKeyNames,
    ...Object.keys(fileSchema.properties),
  ]
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, 3, -1.5, '', 'x', '${vars.x}', '${', '2s', '/x'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('value'), { maxKeys: 4 }),
    ),
  }))
  const file = fc.oneof(
    value,
    value.map((step) => ({ name: 'x', steps: [step] })),
    value.map((any) => ({ name: 'x', steps: any, vars: any, cases: any, matrix: any })),
    value.map((any) => ({ template: 'x', inputs: any, outputs: any, steps: any })),
  )
  const bytes = file.map((each) => Buffer.from(JSON.stringify(each)))
  await fc.assert(fc.asyncProperty(bytes, survives), parameters(150, 0.2))
})

test('random bytes and random text are told of', longTest, async () => {
  const signs = Array.from('ab:- \n\t{}[]"\'#&*!|>%@`,?$<é😀\r1.0~')
  const yamlish = fc.string({ unit: fc.constantFrom(...signs), maxLength: 300 })
  const text = fc.oneof(yamlish, fc.string({ unit: 'binary', maxLength: 200 }))
  const file = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    text.map((each) => Buffer.from(each)),
  )
  await fc.assert(fc.asyncProperty(file, survives), parameters(150, 0.2))
})
