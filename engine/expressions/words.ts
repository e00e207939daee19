import { shownName } from './environment.ts'
import { generalFunctions } from './functions.ts'

/** What is wrong, and what to do, in our words. */
export interface Words {
  readonly message: string
  readonly hint?: string
}

/** The library's code and one-line summary, and the piece of the expression it is about, in our words. */
export function wordsFor(code: string, rawSummary: string, shown: string): Words {
  const summary = shownTypes(rawSummary)
  const write = Object.hasOwn(WORDS, code) ? WORDS[code] : undefined
  return write?.(summary, shown) ?? { message: summary.charAt(0).toLowerCase() + summary.slice(1) }
}

type Write = (summary: string, shown: string) => Words

const unclosedString: Write = () => ({ message: 'a string is not closed' })

const WORDS: Readonly<Record<string, Write>> = {
  unknown_variable: (_, shown) => ({ message: `${shown}: not set` }),
  no_such_key: (summary) => ({
    message: `${summary.replace(/^No such key: /, '')}: no such member`,
    hint: 'ask with has(…) first',
  }),
  index_out_of_bounds: (summary) => {
    const [, index = '', size = ''] = /index (-?\d+) >= size (\d+)/.exec(summary) ?? []
    return index === ''
      ? { message: summary.toLowerCase() }
      : { message: `no element ${index} in a list of ${size}`, hint: 'the first is element 0' }
  },
  int_conversion_error: (_, shown) => ({ message: `${shown}: expected a text that is a whole number` }),
  uint_conversion_error: (_, shown) => ({ message: `${shown}: expected a whole number from 0` }),
  double_conversion_error: (_, shown) => ({ message: `${shown}: expected a text that is a number` }),
  bool_conversion_error: (_, shown) => ({ message: `${shown}: expected the text true or false` }),
  no_such_overload: noSuchOperation,
  no_matching_overload: wrongArguments,
  invalid_logical_operand: (summary) => ({
    message: `&& and || work on true and false, got ${quoted(summary)}`,
  }),
  invalid_condition_type: (summary) => ({
    message: `expected a condition that is true or false, got ${quoted(summary)}`,
  }),
  incompatible_ternary_branches: (summary) => ({
    message: summary.replace(/^.*got /, 'the branches of ?: have different types: '),
  }),
  cannot_index_type: (summary, shown) => ({
    message: `${shown}: a value of type ${quoted(summary)} has no members`,
  }),
  invalid_index_type: (summary) => ({
    message: `expected a whole number as the place in a list, got ${quoted(summary)}`,
  }),
  invalid_macro_argument: (summary, shown) => ({
    message: summary.startsWith('has')
      ? `${shown}: has(…) expects a member, such as has(a.b)`
      : `${shown}: expected a name for the elements, such as x`,
  }),
  unterminated_string: unclosedString,
  unterminated_triple_quoted_string: unclosedString,
  newline_in_string: unclosedString,
  reserved_identifier: (_, shown) => ({ message: `${shown}: this word belongs to the expression language` }),
  limit_exceeded: () => ({ message: 'the expression is too long or nested too deep' }),
  expected_token: syntax,
  unexpected_token: syntax,
  unexpected_character: syntax,
}

/** The type that a summary names last. */
function quoted(summary: string): string {
  return /'([^']*)'$/.exec(summary)?.[1] ?? 'something else'
}

const BINARY = /^no such overload: (\S+) (\S+) (\S+)$/
const UNARY = /^no such overload: ([!-])(\S+)$/

function noSuchOperation(summary: string): Words {
  const [, sign, operand] = UNARY.exec(summary) ?? []
  if (sign !== undefined && operand !== undefined) return { message: `${sign} does not work on ${operand}` }
  const [, left = '', operator = '', right = ''] = BINARY.exec(summary) ?? []
  if (operator === '') return { message: summary.replace('no such overload: ', 'no such operation: ') }
  const message = `${operator} does not work on ${left} and ${right}`
  if (left === 'duration' || right === 'duration')
    return { message, hint: "write a duration as duration('5s')" }
  const text = operator === '+' && (left === 'string' || right === 'string')
  return text ? { message, hint: 'make text with string(…), or write the template around it' } : { message }
}

function wrongArguments(summary: string): Words {
  const [, name = '', given = ''] = /'(?:.*\.)?(\w+)\((.*)\)'$/.exec(summary) ?? []
  if (name === '') return { message: summary }
  const message =
    given === '' ? `${name}(): expected arguments, got none` : `${name}: does not take (${given})`
  const example = generalFunctions.find((one) => one.name === name)?.example
  return example === undefined ? { message } : { message, hint: `write it like ${example}` }
}

const TOKENS: Readonly<Record<string, string>> = {
  RPAREN: ')',
  RBRACKET: ']',
  RBRACE: '}',
  COLON: ':',
  COMMA: ',',
  IDENTIFIER: 'a name',
}

/** What people write who come from other languages. */
const HABITS: Readonly<Record<string, string>> = {
  '=': 'compare with ==',
  '===': 'compare with ==',
  and: 'write &&',
  or: 'write ||',
  not: 'write !',
  '`': "put text in '…'",
}

function syntax(summary: string, shown: string): Words {
  const wanted = /^Expected (\w+)/.exec(summary)?.[1]
  const expected = wanted === undefined ? '' : `expected ${TOKENS[wanted] ?? wanted.toLowerCase()}`
  if (summary.endsWith('EOF'))
    return { message: `the expression ends too early${expected && `: ${expected}`}` }
  const hint = HABITS[shown]
  const message = `${shown}: ${expected === '' ? 'not expected here' : expected}`
  return hint === undefined ? { message } : { message, hint }
}

function shownTypes(summary: string): string {
  return shownName(summary)
    .replaceAll('google.protobuf.Duration', 'duration')
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll(/\bdyn<(\w+)>/g, '$1')
    .replaceAll('$', '')
}
