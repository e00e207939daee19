import { createHash } from 'node:crypto'
import { escapeText } from '../reports/xml.ts'
import type { PageAssets } from './page-assets.ts'

export interface DocumentParts {
  /** Of the window. */
  readonly title: string
  readonly assets: PageAssets
  /** Packed. */
  readonly index: string
  /** Packed; in order. */
  readonly chunks: readonly string[]
}

/** Nothing may be loaded and nothing may run but these two, so a gateway can say what it likes. */
export function* documentPieces({ title, assets, index, chunks }: DocumentParts): Generator<string> {
  const policy = [
    `default-src 'none'`,
    `script-src '${hashOf(assets.script)}'`,
    `style-src '${hashOf(assets.style)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  yield [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeText(title)}</title>`,
    `<style>${assets.style}</style>`,
    '</head>',
    '<body>',
    '<noscript><p>This report is drawn by a script that it holds itself; allow scripts to see it.</p></noscript>',
    block('index', index),
    `<script>${assets.script}</script>`,
    '',
  ].join('\n')
  // The page is drawn before these are read.
  for (const [number, chunk] of chunks.entries()) yield block(`chunk-${number}`, chunk)
  yield '</body>\n</html>\n'
}

/** Inert: no browser runs what is of this type. */
function block(id: string, packed: string): string {
  return `<script type="application/octet-stream" id="${id}">${packed}</script>\n`
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
