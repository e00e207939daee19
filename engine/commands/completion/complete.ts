import type { Command, Option } from 'commander'

/** What words of a command line may be, that only a project knows. */
export type DynamicWords = 'scenarios' | 'tags' | 'profiles' | 'faults' | 'topics' | 'contexts'

/** Words that could stand at the end of a command line, or of what kind they are. */
export interface Candidates {
  readonly words: readonly string[]
  readonly dynamic?: DynamicWords
}

/** Commands for shells and for `gwscen help`. */
const HIDDEN: readonly string[] = ['complete', 'exit-codes']

const NOTHING: Candidates = { words: [] }

/** By the attribute that commander gives a flag. */
const FLAG_WORDS: Readonly<Record<string, DynamicWords>> = {
  name: 'scenarios',
  nameNot: 'scenarios',
  tags: 'tags',
  profile: 'profiles',
  fault: 'faults',
  gatewayPreset: 'faults',
  context: 'contexts',
  yesReally: 'contexts',
}

/** `words` are those behind `gwscen`; the last one is begun, and may be empty. */
export function candidatesFor(program: Command, words: readonly string[]): Candidates {
  const { command, rest } = commandOf(program, words.slice(0, -1))
  const begun = words.at(-1) ?? ''
  const open = openFlag(command, rest)
  if (open !== undefined) return flagValues(open)
  if (begun.startsWith('-')) return { words: command.options.flatMap(spellings) }
  const isFirst = rest.every((word) => word.startsWith('-'))
  const commands = isFirst
    ? command.commands.map((one) => one.name()).filter((name) => !HIDDEN.includes(name))
    : []
  const { words: given, ...dynamic } = isFirst ? argumentValues(command) : NOTHING
  return { words: [...commands, ...given], ...dynamic }
}

/** The command that is meant, and the words behind its name. */
function commandOf(
  program: Command,
  words: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const [first, ...others] = words
  const found = program.commands.find((one) => one.name() === first)
  return found === undefined ? { command: program, rest: words } : commandOf(found, others)
}

/** The flag whose value comes next. */
function openFlag(command: Command, words: readonly string[]): Option | undefined {
  const last = words.at(-1)
  if (last === undefined) return undefined
  return command.options.find((one) => (one.long === last || one.short === last) && one.required)
}

function flagValues(flag: Option): Candidates {
  const dynamic = FLAG_WORDS[flag.attributeName()]
  return { words: flag.argChoices ?? [], ...(dynamic === undefined ? {} : { dynamic }) }
}

function argumentValues(command: Command): Candidates {
  if (command.name() === 'explain') return { words: [], dynamic: 'topics' }
  return { words: command.registeredArguments[0]?.argChoices ?? [] }
}

function spellings({ long, hidden }: Option): readonly string[] {
  return long === undefined || hidden ? [] : [long]
}
