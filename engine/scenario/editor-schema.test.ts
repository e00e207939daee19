import { Ajv, type ValidateFunction } from 'ajv'
import { glob } from 'tinyglobby'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isObject } from '../base/json.ts'
import { parsePlain } from '../document/plain.ts'
import { builtInDescription } from '../gateway/index.ts'
import { editorSchema } from './editor-schema.ts'
import { examplesFor } from './examples.ts'
import { subjectGrammars, verbs } from './grammar.ts'

const scenarioSchema = editorSchema('scenario', builtInDescription)
const ROOT = join(import.meta.dirname, '..', '..')

function compile(schema: object): ValidateFunction {
  return new Ajv({ strict: false, allErrors: true }).compile(schema)
}

const validateScenario = compile(scenarioSchema)
const validateTemplate = compile(editorSchema('template', builtInDescription))

/** Places of complaints, as the editor would mark them. */
function marked(text: string, validate = validateScenario): string[] {
  const [value] = parsePlain(text)
  validate(value)
  const places = (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'if')
    .map(({ instancePath, params }) => {
      const key = params['additionalProperty'] as string | undefined
      return `${instancePath}${key === undefined ? '' : `/${key}`}`
    })
  return [...new Set(places)]
}

const scenario = (step: string): string => `name: x\ngateway: dedup\nsteps:\n  - ${step}\n`

test('every shipped scenario and template is right for the editor, too', async () => {
  const files = await glob(['scenarios/**/*.yaml'], { cwd: ROOT, absolute: true })
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const text = await readFile(file, 'utf8')
    const validate = file.includes('/templates/') ? validateTemplate : validateScenario
    expect([file, ...marked(text, validate)]).toEqual([file])
  }
})

const examples = [...verbs.values(), ...subjectGrammars.values()].flatMap((grammar) =>
  examplesFor(grammar.examples, builtInDescription),
)

test.each(examples)('an example is right: %s', (example) => {
  expect(marked(scenario(example))).toEqual([])
})

describe('mistakes are marked where they stand', () => {
  test.each([
    ['sned: { alert: { name: A } }', ['/steps/0/sned']],
    ['name: only', ['/steps/0']],
    ['{ wait: 1s, note: x }', ['/steps/0/note']],
    ['wait: 5', ['/steps/0/wait']],
    ['wait: { fr: 1s }', ['/steps/0/wait/fr']],
    ['send: { alert: { nam: A, name: B } }', ['/steps/0/send/alert/nam']],
    ['send: { alert: { name: A }, event: { reason: B } }', ['/steps/0/send/event']],
    ['send: { times: 2 }', ['/steps/0/send']],
    ['send: { alert: { name: A }, times: three }', ['/steps/0/send/times']],
    ['expect: { within: 5s }', ['/steps/0/expect']],
    ['expect: { crd: RemediationRequest, cont: 1 }', ['/steps/0/expect/cont']],
    ['expect: { crd: RemediationRequest, ttl: 1 }', ['/steps/0/expect/ttl']],
    ['expect: { crd: RemediationRequest, count: { $gtt: 1 } }', ['/steps/0/expect/count/$gtt']],
    [
      'expect: { crd: RemediationRequest, each: { spec: { a: [{ $gtt: 1 }] } } }',
      ['/steps/0/expect/each/spec/a/0/$gtt'],
    ],
    ['repeat: { times: 2, steps: [{ wiat: 1s }] }', ['/steps/0/repeat/steps/0/wiat']],
  ])('%s', (step, places) => {
    expect(marked(scenario(step))).toEqual(places)
  })

  test.each([
    'send: { alert: { name: "${vars.a}" }, times: "${vars.n}" }',
    'expect: { redis: { window: { namespace: a, alert: b } }, value: 3 }',
    'expect: { metric: up, value: 3, labels: { a: b } }',
    'expect: { value: "${vars.a}", $gt: 3 }',
    'expect: { http: { path: /ready }, status: { $in: [200, 503] }, within: "${vars.w}" }',
  ])('and these are none: %s', (step) => {
    expect(marked(scenario(step))).toEqual([])
  })
})

test('the schema keeps to what the language server can do', () => {
  const bad: string[] = []
  const look = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((item, index) => look(item, `${path}/${index}`))
    if (!isObject(value)) return
    const isSchema =
      !path.endsWith('/properties') && !path.includes('/defaultSnippets') && !path.includes('/examples')
    if (isSchema && path !== '' && typeof value['title'] === 'string') bad.push(`${path}: title`)
    if (isSchema && 'oneOf' in value) bad.push(`${path}: oneOf`)
    if (Array.isArray(value['enum']) && value['enum'].length === 0) bad.push(`${path}: empty enum`)
    for (const [key, member] of Object.entries(value)) look(member, `${path}/${key}`)
  }
  look(scenarioSchema, '')
  expect(bad).toEqual([])
})

test('every key that an author can write has a description', () => {
  const step = JSON.parse(JSON.stringify(scenarioSchema)) as {
    properties: Record<string, { markdownDescription?: string }>
    definitions: { steps: { items: { properties: Record<string, { markdownDescription?: string }> } } }
  }
  const keys = { ...step.properties, ...step.definitions.steps.items.properties }
  expect(
    Object.entries(keys).filter(([, { markdownDescription }]) => markdownDescription === undefined),
  ).toEqual([])
})
