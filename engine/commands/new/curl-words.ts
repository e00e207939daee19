import { parse, type ParseEntry } from 'shell-quote'
import { UsageError } from '../usage-error.ts'

/** The words of a pasted command line, as a shell would split it. Nothing is expanded and nothing is run. */
export function curlWords(text: string): readonly string[] {
  const line = text.replaceAll(/\\\r?\n/g, ' ').replace(/^\s*\$\s+/, '')
  const ansi = /(^|\s)\$'/.exec(line)
  if (ansi !== null) throw refused("$'…' is not understood; use plain quotes")
  const entries = parse(line.trim(), (name) => ({ op: `$${name}` }))
  const words = entries.map(wordOf)
  const [program, ...rest] = words
  if (program !== 'curl')
    throw refused(
      program === undefined
        ? 'nothing was pasted; expected a curl command'
        : `expected a curl command, got one that begins with ${JSON.stringify(program)}`,
    )
  return rest
}

function wordOf(entry: ParseEntry): string {
  if (typeof entry === 'string') return entry
  if ('comment' in entry) throw refused(`# begins a comment; put the word in quotes: #${entry.comment}`)
  // A URL with a ? or * in it, which curl gets as it is.
  if (entry.op === 'glob') return entry.pattern
  const op: string = entry.op
  if (op.startsWith('$'))
    throw refused(
      `${op} is a variable of a shell; write its value, or use \`env\` in the scenario afterwards`,
    )
  throw refused(`${op} is for a shell; paste the curl command alone`)
}

export function refused(message: string): UsageError {
  return new UsageError(`new: --from-curl: ${message}`)
}
