import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operators } from '../matchers/index.ts'
import { keysOf, subjectGrammars, verbs } from '../scenario/grammar.ts'
import { stepKeyNames } from '../scenario/step-keys.ts'
import type { LanguageServer } from './testing/language-server.ts'
import { openSteps, openWorkspace, SCENARIO_HEAD, freshAddress } from './testing/workspace.ts'

let server: LanguageServer
beforeAll(async () => {
  server = await openWorkspace()
})
afterAll(() => server[Symbol.asyncDispose]())

async function offeredAt(steps: string): Promise<readonly string[]> {
  const { uri, position } = await openSteps(server, steps)
  return (await server.completions(uri, position)).map(({ label }) => label)
}

async function hoverAt(steps: string): Promise<string> {
  const { uri, position } = await openSteps(server, steps)
  return server.hover(uri, position)
}

describe.concurrent('completion', () => {
  test.each(['  - ▮', '  - wait: 1s\n  - ▮', '  - repeat:\n      times: 2\n      steps:\n        - ▮'])(
    'offers every verb once, and the keys beside it: %j',
    async (steps) => {
      expect([...(await offeredAt(steps))].sort()).toEqual([...verbs.keys(), ...stepKeyNames].sort())
    },
  )

  test('offers every subject and claim inside expect', async () => {
    const claims = [...subjectGrammars.values()].flatMap(({ schema }) => keysOf(schema))
    expect(await offeredAt('  - expect:\n      ▮')).toEqual(
      expect.arrayContaining([...claims, 'within', 'holds']),
    )
  })

  test.each([
    '  - expect:\n      crd: RemediationRequest\n      count: { $▮ }',
    '  - expect:\n      crd: RemediationRequest\n      spec:\n        severity:\n          $▮',
    '  - request:\n      path: /health\n      expect:\n        status: { $▮ }',
  ])('offers every operator after the dollar: %j', async (steps) => {
    expect(await offeredAt(steps)).toEqual(operators.map(({ name }) => name))
  })

  test('offers what a value may be', async () => {
    expect(await offeredAt('  - expect:\n      crd: ▮')).toEqual(['RemediationRequest'])
    expect(await offeredAt('  - expect:\n      http: { path: /health }\n      within: ▮')).toContain('5s')
    expect(await offeredAt('  - send:\n      preset: ▮')).toEqual(['minimal', 'timestamped', 'full'])
  })

  test.each([...verbs.keys()])('offers an example behind %s that the schema accepts', async (verb) => {
    const { uri, position } = await openSteps(server, `  - ${verb}:\n      ▮`)
    const offered = await server.completions(uri, position)
    const snippet = offered.find(({ label }) => label === `${verb}: an example`)?.insertText ?? ''
    expect(snippet).not.toBe('')
    const inserted = snippet.replaceAll('\\$', '$').replaceAll('\n', '\n      ')
    const text = `${SCENARIO_HEAD}  - ${verb}:\n      ${inserted}\n`
    expect(await server.open(freshAddress(), text)).toEqual([])
  })
})

describe.concurrent('hover', () => {
  test('explains a verb with an example', async () => {
    const text = await hoverAt('  - ex▮pect: { http: { path: /health }, status: 200 }')
    expect(text).toContain(verbs.get('expect')?.summary)
    expect(text).toContain('- expect: { crd: RemediationRequest')
  })

  test('explains a key', async () => {
    const text = await hoverAt('  - expect: { http: { path: /health }, wit▮hin: 2s }')
    expect(text).toContain('How long it may take')
  })

  test('explains a key of several subjects for each of them', async () => {
    const text = await hoverAt('  - expect: { http: { path: /health }, sta▮tus: 200 }')
    expect(text).toContain('**http**: The status code.')
    expect(text).toContain('**crd, resource**: Of exactly one selected object.')
  })

  test('explains an operator', async () => {
    const text = await hoverAt('  - expect: { http: { path: /health }, status: { $g▮te: 200 } }')
    expect(text).toContain(operators.find(({ name }) => name === '$gte')?.summary)
  })
})
