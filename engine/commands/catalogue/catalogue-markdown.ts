import { countsOf, factsOf, type Catalogue, type Entry } from './catalogue.ts'

export function catalogueMarkdown(catalogue: Catalogue): string {
  const chapters = catalogue.chapters.map(
    ({ title, entries }) => `## ${escaped(title)}\n\n${entries.map(item).join('\n')}`,
  )
  return `${['# Scenarios', `${countsOf(catalogue)}.`, ...chapters].join('\n\n')}\n`
}

function item(entry: Entry): string {
  const { name, description, file } = entry
  const link = `[${escaped(file)}](<${file.replaceAll(/[<>\\]/g, '\\$&')}>)`
  const more = [
    ...(description === undefined ? [] : [escaped(description)]),
    `${link} · ${escaped(factsOf(entry))}`,
  ]
  return `- **${escaped(name)}**\n${more.map((text) => `  ${text}`).join('\\\n')}`
}

/** Texts that people write mean themselves: no markup, no HTML. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#~]/g, '\\$&').replaceAll('&', '&amp;')
}
