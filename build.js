// Bundles the engine into dist/: one file per entry, shared code in chunks, heavy parts loaded when they are needed.
import { rm } from 'node:fs/promises'
import { build } from 'esbuild'

const require = `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`

await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: {
    main: 'engine/main.ts',
    thread: 'engine/run/thread.ts',
    watchdog: 'engine/embedded/redis/watchdog.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: require },
  // Brings WASM files of its own that must stay where they are.
  external: ['js-redis-server', 'js-redis-server/*', '@kubernetes/client-node', 'selfsigned', 'piscina'],
  logLevel: 'warning',
})
