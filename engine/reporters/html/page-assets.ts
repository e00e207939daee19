import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** What the page runs and how it looks. */
export interface PageAssets {
  readonly script: string
  readonly style: string
}

/** Made from its sources. build.js puts what this gives in the place of this file, so that what is installed needs no builder. */
export function pageAssets(): Promise<PageAssets> {
  return (once ??= built())
}

let once: Promise<PageAssets> | undefined

async function built(): Promise<PageAssets> {
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'style.css'].map((name) =>
      fileURLToPath(new URL(`./page/${name}`, import.meta.url)),
    ),
    outdir: '.',
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  })
  const textOf = (ending: string): string =>
    outputFiles.find(({ path }) => path.endsWith(ending))?.text.trim() ?? ''
  return { script: textOf('.js'), style: textOf('.css') }
}
