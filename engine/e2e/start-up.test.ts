import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startGwscen } from './testing/gwscen.ts'
import { openPlace, ROOT } from './testing/place.ts'

const HANG_MS = 60_000

const HOOK = `import { writeSync } from 'node:fs'
export async function load(url, context, next) {
  writeSync(2, 'loaded ' + url + '\\n')
  return next(url, context)
}`

/** Makes node tell of every module that it loads. */
const TELL_LOADS = dataUrl(
  `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(HOOK))})`,
)

function dataUrl(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`
}

/** The packages whose code was read, in a file of the bundle or in one of their own. */
async function packagesLoadedBy(...args: readonly string[]): Promise<ReadonlySet<string>> {
  await using place = openPlace(process.env['PATH'])
  const { stderr } = await startGwscen(place, args, { nodeFlags: ['--import', TELL_LOADS] }).ended
  const files = [...stderr.matchAll(/^loaded (file:.+)$/gm)].map(([, url = '']) => new URL(url))
  // esbuild writes above each module where it comes from.
  const texts = files.map(({ pathname }) =>
    pathname.startsWith(join(ROOT, 'dist')) ? readFileSync(pathname, 'utf8') : pathname,
  )
  const names = texts.flatMap((text) => [...text.matchAll(/node_modules\/((?:@[\w-]+\/)?[\w.-]+)\//g)])
  return new Set(names.map(([, name = '']) => name))
}

const CLIENTS = [
  '@kubernetes/client-node',
  'ioredis',
  'got',
  'ws',
  'piscina',
  'js-redis-server',
  'selfsigned',
]

test.each([['--version'], ['--help']])('gwscen %s loads no client', async (flag) => {
  const packages = await packagesLoadedBy(flag)
  expect([...packages]).toContain('commander')
  expect(CLIENTS.filter((name) => packages.has(name))).toEqual([])
})

test(
  'what a run loads is noticed',
  async () => {
    const packages = await packagesLoadedBy('run', 'scenarios/metrics/text-format.yaml')
    expect([...packages]).toEqual(expect.arrayContaining(['ioredis', 'ws', 'piscina']))
  },
  HANG_MS,
)
