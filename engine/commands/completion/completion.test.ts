import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDesk, type Desk } from '../testing/fake-world.ts'
import { scripts, shells } from './scripts.ts'
// Read before the first test begins, which has a limit.
import './dynamic-words.ts'
import '../project.ts'
import '../../embedded/gateway/faults/index.ts'
import '../../scenario/explain.ts'

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0

const SCENARIO = `name: it is ready
tags: [p0, 'odd tag']
gateway: dedup
cases: [{ name: a b }, { name: $(touch hacked) }]
steps:
  - expect: { http: { path: /ready }, status: 200 }
`

let desk: Desk
beforeEach(() => {
  desk = openDesk()
  mkdirSync(join(desk.folder, 'scenarios'))
  writeFileSync(join(desk.folder, 'scenarios', 'ready.yaml'), SCENARIO)
})
afterEach(() => desk[Symbol.dispose]())

async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await desk.run(['complete', '--', ...words])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout.split('\n').filter((line) => line !== '')
}

describe('what is offered', () => {
  test.each([
    [['va'], ['validate']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['completion', 'z'], ['zsh']],
    [
      ['validate', '--format', ''],
      ['text', 'json', 'sarif', 'github'],
    ],
    [['run', '--reporter', 'm'], ['minimal']],
    [
      ['run', '--tags', ''],
      ['odd tag', 'p0'],
    ],
    [
      ['run', '--name', 'read'],
      ['ready[a b]', 'ready[$(touch hacked)]'],
    ],
    [
      ['sandbox', '--profile', 's'],
      ['seed', 'storm'],
    ],
    [['report', 'me'], ['merge']],
    [['explain', 'UNKNOWN_V'], ['UNKNOWN_VERB']],
    [['run', '--gateway-preset', 'kuber'], ['kubernaut-2025-11-24']],
    // Paths are the shell's.
    [['run', 'scen'], []],
    [['run', '--threads', '2', 'scen'], []],
    [['no-such-command', ''], []],
  ])('behind %j is %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected)
  })

  test('are all commands, and not the one that shells ask', async () => {
    const found = await offered('')
    expect(found).toEqual(expect.arrayContaining(['run', 'init', 'new', 'docs', 'completion', 'validate']))
    expect(found).not.toContain('complete')
  })

  test('are the flags of a command where a dash begins one', async () => {
    expect(await offered('run', '--last')).toEqual(['--last-failed'])
    expect(await offered('list', '--')).toEqual(expect.arrayContaining(['--json', '--tags', '--name']))
  })

  test('is nothing where files have mistakes that hide everything', async () => {
    writeFileSync(join(desk.folder, 'scenarios', 'ready.yaml'), 'name: [')
    expect(await offered('run', '--tags', '')).toEqual([])
  })
})

test.each(shells)('the script for %s asks gwscen complete, and tells where it goes', async (shell) => {
  const { code, stdout } = await desk.run(['completion', shell])
  expect({ code, stdout }).toEqual({ code: 0, stdout: scripts[shell] })
  expect(stdout).toContain('gwscen complete -- ')
  expect(stdout).toContain(`gwscen completion ${shell}`)
})

test('another shell is refused with the choices', async () => {
  const { code, stderr } = await desk.run(['completion', 'tcsh'])
  expect(code).toBe(2)
  expect(stderr).toContain('Allowed choices are bash, zsh, fish')
})

/** What a shell offers, with a `gwscen` that answers these lines and keeps what it was asked. */
function inShell(shell: string, script: string): string {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { cwd: desk.folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${shell}: ${stderr}`)
  return stdout
}

const ANSWERS = `gwscen() { printf '%s|' "$@" > asked; printf '%s\\n' 'dedup/phases[a b]' '$(touch hacked)'; }`

test.skipIf(!has('bash'))('a real bash offers them quoted, and runs nothing of them', () => {
  const line = `COMP_WORDS=(gwscen run --name ded); COMP_CWORD=3; _gwscen; printf '%s\\n' "\${COMPREPLY[@]}"; cat asked; ls`
  expect(inShell('bash', `${ANSWERS}\n${scripts.bash}\n${line}`).split('\n')).toEqual([
    String.raw`dedup/phases\[a\ b\]`,
    String.raw`\$\(touch\ hacked\)`,
    'complete|--|run|--name|ded|asked',
    'scenarios',
    '',
  ])
})

test.skipIf(!has('zsh'))('a real zsh hands them over as they are', () => {
  const stubs = `compadd() { shift; printf '%s\\n' "$@"; }; _files() { echo files; }; compdef() { :; }`
  const line = `words=(gwscen run --name ded); CURRENT=4; _gwscen; cat asked; ls`
  expect(inShell('zsh', `${ANSWERS}\n${stubs}\n${scripts.zsh}\n${line}`).split('\n')).toEqual([
    'dedup/phases[a b]',
    '$(touch hacked)',
    'complete|--|run|--name|ded|asked',
    'scenarios',
    '',
  ])
})

test.skipIf(!has('fish'))('a real fish offers them', () => {
  const gwscen = `function gwscen; printf '%s\\n' 'dedup/phases[a b]' other; end`
  const line = `complete -C 'gwscen run --name ded'`
  expect(inShell('fish', `${gwscen}\n${scripts.fish}\n${line}`)).toContain('dedup/phases[a b]')
})
