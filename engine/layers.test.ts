import { readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { globSync } from 'tinyglobby'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const ENGINE = fileURLToPath(new URL('.', import.meta.url))

/** Which folder may import which. Nothing that is not here may import anything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  document: ['base'],
  // Where a template ends is known to the document alone.
  expressions: ['base', 'document'],
  // Patterns are compiled in one place.
  matchers: ['base', 'expressions'],
  events: ['base'],
  http: ['base'],
  cluster: ['base', 'http'],
  redis: ['base', 'http'],
  gateway: ['base', 'cluster'],
  steps: ['base', 'cluster', 'events', 'gateway', 'http', 'matchers', 'redis'],
  scenario: ['base', 'document', 'expressions', 'gateway', 'matchers', 'steps'],
  plan: ['base', 'scenario'],
  'embedded/virtual': ['base'],
  'embedded/apiserver': ['base', 'cluster'],
  'embedded/redis': ['base'],
  'embedded/gateway': ['base', 'cluster'],
  'embedded/faults': ['base', 'cluster', 'embedded/apiserver', 'embedded/redis'],
  targets: [
    'base',
    'cluster',
    'redis',
    'embedded/apiserver',
    'embedded/gateway',
    'embedded/redis',
    'embedded/faults',
    'embedded/virtual',
    'http',
  ],
  provision: ['base', 'cluster', 'gateway', 'targets'],
  run: [
    'base',
    'cluster',
    'document',
    // The clock alone; all else of the sandbox is the target's business.
    'embedded/virtual',
    'events',
    'expressions',
    'gateway',
    'http',
    'redis',
    'scenario',
    'steps',
    'targets',
  ],
  reporters: ['base', 'events'],
  commands: [
    'base',
    'cluster',
    'document',
    'embedded/gateway',
    'embedded/redis',
    'events',
    'gateway',
    'plan',
    'provision',
    'redis',
    'reporters',
    'run',
    'scenario',
    'targets',
  ],
  'main.ts': ['base', 'commands', 'plan', 'reporters'],
}

/** Packages have one owner. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  yaml: ['document'],
  ajv: ['scenario', 'embedded/apiserver'],
  '@marcbachmann/cel-js': ['expressions'],
  re2js: ['expressions'],
  got: ['http'],
  ioredis: ['redis'],
  'js-redis-server': ['embedded/redis'],
  piscina: ['run'],
  chalk: ['reporters'],
  chokidar: ['commands'],
  commander: ['commands'],
  'shell-quote': ['commands'],
  // Builds the page of the HTML report, before anything is installed.
  esbuild: ['reporters'],
  selfsigned: ['embedded/apiserver'],
  tinyglobby: ['scenario'],
  ws: ['cluster', 'embedded/apiserver'],
  '@kubernetes/client-node': ['cluster'],
  'json-schema-to-ts': ['steps'],
}

interface Import {
  readonly from: string
  readonly file: string
  readonly to: string
}

const isTestCode = (file: string): boolean => file.endsWith('.test.ts') || /(^|\/)(testing|e2e)\//.test(file)
const sources = globSync('**/*.ts', { cwd: ENGINE }).filter((file) => !isTestCode(file))
const imports = sources.flatMap((file): Import[] => {
  const text = readFileSync(join(ENGINE, file), 'utf8')
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => ({ from: folderOf(file), file, to: fileName }))
})

function folderOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'embedded' ? `${first}/${second}` : first
}

function targetOf({ file, to }: Import): string {
  return folderOf(normalize(join(dirname(file), to)))
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

describe('layers', () => {
  test('there is something to look at', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect(imports.length).toBeGreaterThan(300)
  })

  test('imports between folders follow the table', () => {
    const inner = imports.filter(({ to }) => to.startsWith('.'))
    const wrong = inner
      .filter((one) => targetOf(one) !== one.from && !(MAY_IMPORT[one.from] ?? []).includes(targetOf(one)))
      .map((one) => `${one.file} imports ${one.to}`)
    expect(wrong).toEqual([])
  })

  test('every package has its owner', () => {
    const packages = imports.filter(({ to }) => !to.startsWith('.') && !to.startsWith('node:'))
    const wrong = packages
      .filter(({ from, to }) => !(OWNERS[packageOf(to)] ?? []).includes(from))
      .map(({ file, to }) => `${file} imports ${to}`)
    expect(wrong).toEqual([])
  })

  test('no row of the tables is left over', () => {
    const used = new Set(
      imports.filter(({ to }) => to.startsWith('.')).map((one) => `${one.from} → ${targetOf(one)}`),
    )
    const folders = new Set(sources.map(folderOf))
    const unusedFolders = Object.keys(MAY_IMPORT).filter(
      (folder) => !folders.has(folder) && folder !== 'embedded/faults',
    )
    const owned = new Set(imports.map(({ from, to }) => `${packageOf(to)} → ${from}`))
    const unusedOwners = Object.entries(OWNERS).flatMap(([name, owners]) =>
      owners.filter((owner) => !owned.has(`${name} → ${owner}`)).map((owner) => `${name} → ${owner}`),
    )
    expect({ unusedFolders, unusedOwners, some: used.size > 20 }).toEqual({
      unusedFolders: [],
      unusedOwners: [],
      some: true,
    })
  })

  test('what is known of this one gateway stays in its two folders', () => {
    const words = /RemediationRequest|storm|fingerprint|\/api\/v1\/signals/i
    const allowed = (file: string): boolean => /^(gateway|embedded\/gateway)\//.test(file)
    const wrong = sources
      .filter((file) => !allowed(file))
      .filter((file) => words.test(readFileSync(join(ENGINE, file), 'utf8')))
    expect(wrong).toEqual([])
  })

  test('a thread never loads yaml, ajv, piscina, client-node or anything that prints', async () => {
    const reached = await reachedFrom('run/thread.ts')
    const heavy = [
      'yaml',
      'ajv',
      'piscina',
      '@kubernetes/client-node',
      'chalk',
      'commander',
      'selfsigned',
      'js-redis-server',
    ]
    expect(reached.packages.filter((name) => heavy.includes(name))).toEqual([])
    expect(reached.files.filter((file) => /^(reporters|commands|embedded|plan)\//.test(file))).toEqual([])
  })

  test('listing scenarios loads no client and no thread pool', async () => {
    const reached = await reachedFrom('commands/list.ts')
    const clients = [
      'got',
      'ioredis',
      'piscina',
      '@kubernetes/client-node',
      'ws',
      'js-redis-server',
      'selfsigned',
    ]
    expect(reached.packages.filter((name) => clients.includes(name))).toEqual([])
  })

  test('validating starts no thread and no process, opens no socket, and loads nothing to do so', async () => {
    const reached = await reachedFrom('commands/validate.ts')
    expect(reached.packages).toEqual([
      '@marcbachmann/cel-js',
      'chalk',
      'node:crypto',
      'node:fs',
      'node:path',
      're2js',
      'tinyglobby',
      'yaml',
    ])
  })
})

/** The helpers that ajv's compiled validators call are no validator compiler. */
function isForeign({ external, path }: { readonly external?: boolean; readonly path: string }): boolean {
  return external === true && !path.startsWith('ajv/dist/runtime/')
}

/** What is loaded with an entry: types are gone, and what is only imported when it is needed does not count. */
async function reachedFrom(
  entry: string,
): Promise<{ readonly files: string[]; readonly packages: string[] }> {
  const { metafile } = await build({
    entryPoints: [join(ENGINE, entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  })
  const start = relative(process.cwd(), join(ENGINE, entry))
  const files = new Set<string>([start])
  const packages = new Set<string>()
  for (const file of files) {
    for (const one of metafile.inputs[file]?.imports ?? []) {
      if (one.kind === 'dynamic-import') continue
      if (isForeign(one)) packages.add(packageOf(one.path))
      else if (one.external !== true) files.add(one.path)
    }
  }
  return {
    files: [...files].map((path) => relative(ENGINE, join(process.cwd(), path))),
    packages: [...packages].sort(),
  }
}
