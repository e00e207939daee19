import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gwscen } from './testing/gwscen.ts'
import { normalised } from './testing/normalised.ts'
import { installPacked, npxGwscen } from './testing/packed.ts'
import { openPlace } from './testing/place.ts'
import { has } from './testing/tool.ts'

// Seven starts of a program; on a machine where others work each has taken a minute.
const HANG_MS = 900_000
const hasTools = has('npm', '--version') && has('npx', '--version') && has('tar', '--version')
const STARTER = 'scenarios/one-problem-one-object.yaml'

test.skipIf(!hasTools)(
  'from an empty folder over a failure that names its line to green',
  async () => {
    await using place = openPlace(process.env['PATH'])
    const folder = installPacked(place)
    const story = async (name: string, ...args: readonly string[]): Promise<void> => {
      const { code, stdout, stderr } = await npxGwscen(place, folder, ...args)
      const told = `$ npx gwscen ${args.join(' ')}\n${stdout}${stderr}(exit code ${String(code)})\n`
      await expect(normalised(told)).toMatchFileSnapshot(`newcomer/${name}.txt`)
    }
    await story('1-init', 'init')
    await story('2-validate', 'validate')
    await story('3-run', 'run')
    edit(join(folder, STARTER), 'occurrenceCount: 2', 'occurrenceCount: 3')
    await story('4-broken', 'run', STARTER)
    edit(join(folder, STARTER), 'occurrenceCount: 3', 'occurrenceCount: 2')
    await story('5-mended', 'run', '--last-failed')
  },
  HANG_MS,
)

test('what is there already stays, byte for byte, and is listed', async () => {
  await using place = openPlace(process.env['PATH'])
  const folder = join(place.folder, 'begun')
  mkdirSync(join(folder, 'scenarios'), { recursive: true })
  const mine: Readonly<Record<string, string>> = { '.gitignore': 'mine\n', [STARTER]: 'name: mine\n' }
  for (const [file, text] of Object.entries(mine)) writeFileSync(join(folder, file), text)
  symlinkSync('nowhere', join(folder, 'gwscen.config.yaml'))
  const { code, stdout, stderr } = await gwscen(place, 'init', 'begun')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const [file, text] of Object.entries(mine)) expect(readFileSync(join(folder, file), 'utf8')).toBe(text)
  expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  expect(stdout.split('\n').filter((line) => line.startsWith('left'))).toEqual([
    'left   gwscen.config.yaml, which is there already',
    `left   ${STARTER}, which is there already`,
    'left   .gitignore, which is there already; add a line .gwscen/ to it',
  ])
  expect(stdout.split('\n').filter((line) => line.startsWith('wrote'))).toHaveLength(5)
  expect(stdout).toContain('\n  cd begun\n')
})

test('a file in the place of the folder is refused with a sentence', async () => {
  await using place = openPlace(process.env['PATH'])
  place.write('taken', '')
  expect(await gwscen(place, 'init', 'taken')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^gwscen: init: .*taken cannot be used as a folder: .+\n$/) as string,
  })
})

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(file, text.replace(from, to))
}
