// Bundles the engine into dist/: one file per entry, shared code in chunks, heavy parts loaded when they are needed.
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { tsImport } from 'tsx/esm/api'

const require = `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`

/** The page of the HTML report is made now: what makes it gives way to what it makes, so that no report needs a builder. */
const pageOfReport = {
  name: 'page-of-report',
  setup({ onLoad }) {
    onLoad({ filter: /reporters[\\/]html[\\/]page-assets\.ts$/ }, async ({ path }) => {
      const { pageAssets } = await tsImport(path, import.meta.url)
      const assets = JSON.stringify(await pageAssets())
      return { contents: `export const pageAssets = () => Promise.resolve(${assets})`, loader: 'js' }
    })
  },
}

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: {
    main: 'engine/main.ts',
    thread: 'engine/run/thread.ts',
    'virtual-thread': 'engine/run/virtual-entry.ts',
    watchdog: 'engine/embedded/redis/watchdog.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: require },
  // Of yaml the build that reads no environment variable for every token, and of which what is not used falls away.
  alias: { yaml: './node_modules/yaml/browser/dist/index.js' },
  // Brings WASM files of its own that must stay where they are.
  external: ['js-redis-server', 'js-redis-server/*', '@kubernetes/client-node', 'selfsigned', 'piscina'],
  plugins: [pageOfReport],
  logLevel: 'warning',
})

// One small file by which it is known whether two bundles are the same, without reading them.
const hash = createHash('sha256')
for (const name of (await readdir('dist')).sort())
  hash.update(`\0${name}\0`).update(await readFile(join('dist', name)))
await writeFile('dist/digest', hash.digest('hex'))
