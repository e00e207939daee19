import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isCodingAgent } from './coding-agent.ts'
import { openDesk, type Desk } from './testing/fake-world.ts'

let desk: Desk
beforeAll(() => void (desk = openDesk()))
afterAll(() => desk[Symbol.dispose]())

async function commandsBelow(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await desk.run(['complete', '--', ...words, ''])
  return stdout.trimEnd().split('\n')
}

test('every command has a sentence and at least three examples that begin with its name', async () => {
  const commands = (await commandsBelow()).filter((name) => name !== 'help')
  expect(commands.length).toBeGreaterThan(15)
  for (const name of commands) {
    const { code, stdout } = await desk.run([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Usage: gwscen \S+.*\n\n[A-Z].*\.?/)
    const [, examples = ''] = stdout.split('\nExamples:\n')
    const lines = examples.split('\n').filter((line) => new RegExp(`gwscen ${name}\\b`).test(line))
    expect({ name, examples: lines.length >= 3 }).toEqual({ name, examples: true })
  }
})

test('run names the variable of each flag beside its default', async () => {
  const { stdout } = await desk.run(['run', '--help'])
  const said = stdout.replaceAll(/\s+/g, ' ')
  expect(said).toContain('(default: "auto") [GWSCEN_THREADS]')
  expect(said).toContain('[GWSCEN_FAIL_ON_FLAKY]')
})

test('exit codes are explained, by help and by the name', async () => {
  const { code, stdout } = await desk.run(['help', 'exit-codes'])
  expect(code).toBe(0)
  for (const one of [0, 1, 2, 3, 4, 5, 70, 74, 130, 143])
    expect(stdout).toMatch(new RegExp(`^ +${one}  [a-z]`, 'm'))
  expect(await desk.run(['exit-codes'])).toMatchObject({ code: 0, stdout })
})

describe('a coding agent', () => {
  test.each([
    [{ CLAUDECODE: '1' }, true],
    [{ CURSOR_AGENT: '1' }, true],
    [{ CLAUDECODE: '' }, false],
    [{}, false],
  ])('in %j: %j', (env, expected) => {
    expect(isCodingAgent({ env })).toBe(expected)
  })
})
