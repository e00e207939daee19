import { countsOf, factsOf, type Catalogue, type Entry } from './catalogue.ts'

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
  li { margin: 0.75rem 0; }
  p { margin: 0.25rem 0; }
  .facts { font-size: 0.875rem; opacity: 0.8; }
  nav ul { columns: 14rem; padding-left: 1rem; }
  nav li { margin: 0; }
`

/** One page that needs nothing else: no script, no font, no picture; what people wrote is text. */
export function catalogueHtml(catalogue: Catalogue): string {
  const { chapters } = catalogue
  const links = chapters.map(
    ({ title, entries }, index) => `<li><a href="#c${index}">${escaped(title)}</a> (${entries.length})</li>`,
  )
  const sections = chapters.map(
    ({ title, entries }, index) =>
      `<section id="c${index}">\n<h2>${escaped(title)}</h2>\n<ul>\n${entries.map(item).join('\n')}\n</ul>\n</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Scenarios</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Scenarios</h1>
<p>${countsOf(catalogue)}.</p>
<nav aria-label="Chapters"><ul>
${links.join('\n')}
</ul></nav>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`
}

function item(entry: Entry): string {
  const { name, description, file } = entry
  const told = description === undefined ? '' : `<p>${escaped(description)}</p>`
  const facts = escaped([file, factsOf(entry)].filter((text) => text !== '').join(' · '))
  return `<li><strong>${escaped(name)}</strong>${told}<p class="facts">${facts}</p></li>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
