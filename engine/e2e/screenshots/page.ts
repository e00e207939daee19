import { AnsiUp } from 'ansi_up'

const STYLE = `
  body { margin: 0; background: #fff }
  main { display: inline-block; background: #16181d; color: #d8dbe2; border-radius: 8px; overflow: hidden }
  header { background: #23262e; color: #9aa0ad; padding: 6px 14px; font: 12px 'DejaVu Sans', sans-serif }
  pre { margin: 0; padding: 12px 14px; font: 13px/1.35 'DejaVu Sans Mono', 'Noto Sans CJK JP', monospace }
  .ansi-red-fg { color: #ff7b72 } .ansi-green-fg { color: #7ee787 } .ansi-yellow-fg { color: #e3b341 }
  .ansi-blue-fg { color: #79c0ff }
`

/** A screen with its escape sequences, as a page that looks like a terminal. */
export function pageOf(screen: string, args: readonly string[]): string {
  const ansi = new AnsiUp()
  ansi.use_classes = true
  const html = ansi.ansi_to_html(screen.trimEnd())
  return `<style>${STYLE}</style><main><header>$ gwscen ${args.join(' ')}</header><pre>${html}</pre></main>`
}
