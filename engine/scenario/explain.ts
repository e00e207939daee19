import type { JsonObject } from '../base/json.ts'
import { suggest } from '../base/suggest.ts'
import type { ExpressionFunction } from '../expressions/types.ts'
import type { GatewayDescription } from '../gateway/description.ts'
import { operators } from '../matchers/index.ts'
import { createExpressions } from '../expressions/expressions.ts'
import { codes } from './codes/index.ts'
import { examplesFor } from './examples.ts'
import { fileSchema } from './file-schema.ts'
import { subjectGrammars, verbs } from './grammar.ts'
import { keyFacts } from './key-facts.ts'
import { stepKeys } from './step-keys.ts'
import { templateSchema } from './template-file.ts'
import { vocabularyOf } from './vocabulary.ts'

/**
 * Help for a verb, a key of a file or a step, a subject, an operator, a function or a code, as plain text; for
 * `verbs`, `subjects`, `matchers`, `functions` and `codes` a list of them. Undefined for a word that is none.
 */
export function explain(word: string, description: GatewayDescription): string | undefined {
  const topics = [...topicsOf(word, description)]
  return topics.length === 0 ? undefined : topics.join('\n\n')
}

/** The nearest word that `explain` knows. */
export function nearestTopic(word: string, description: GatewayDescription): string | undefined {
  return suggest(word, topicNames(description))
}

/** Every word that `explain` knows. */
export function topicNames(description: GatewayDescription): readonly string[] {
  return [
    ...['verbs', 'subjects', 'matchers', 'functions', 'codes'],
    ...verbs.keys(),
    ...subjectGrammars.keys(),
    ...Object.keys(fileSchema.properties),
    ...Object.keys(codes),
    ...functionsOf(description).map(({ name }) => name),
    ...operators.map(({ name }) => name),
    ...Object.keys(stepKeys.properties),
  ]
}

function* topicsOf(word: string, description: GatewayDescription): Generator<string> {
  const list = listOf(word, description)
  if (list !== undefined) yield list
  const code = codes[word.toUpperCase()]
  if (code !== undefined)
    yield paragraphs(`${word.toUpperCase()}: ${code.title}`, code.means, code.mend, indented(code.example))
  const verb = verbs.get(word)
  if (verb !== undefined)
    yield paragraphs(
      `${word} (verb)`,
      verb.summary,
      keyList(withSignals(verb.schema, description)),
      indented(
        examplesFor(verb.examples, description)
          .map((each) => `- ${each}`)
          .join('\n'),
      ),
    )
  const subject = subjectGrammars.get(word)
  if (subject !== undefined)
    yield paragraphs(
      `${word} (subject)`,
      subject.summary,
      keyList(subject.schema),
      indented(
        examplesFor(subject.examples, description)
          .map((each) => `- ${each}`)
          .join('\n'),
      ),
    )
  yield* keyTopics(word)
  const operator = operators.find(({ name }) => name === word || name === `$${word}`)
  if (operator !== undefined)
    yield paragraphs(
      `${operator.name} (operator)`,
      operator.summary,
      indented(operator.examples.map((each) => `${operator.name}: ${JSON.stringify(each)}`).join('\n')),
    )
  const called = functionsOf(description).find(({ name }) => name === word)
  if (called !== undefined)
    yield paragraphs(`${signatureOf(called)} (function)`, called.summary, indented(`\${${called.example}}`))
}

function* keyTopics(word: string): Generator<string> {
  const places = {
    'key of a scenario': fileSchema,
    'key of a step': stepKeys,
    'key of a template': templateSchema,
  }
  for (const [place, { properties }] of Object.entries(places)) {
    const schema = Object.hasOwn(properties, word)
      ? (properties as unknown as Readonly<Record<string, JsonObject>>)[word]
      : undefined
    if (schema === undefined) continue
    const examples = Array.isArray(schema['examples'])
      ? schema['examples'].map((each) => `${word}: ${JSON.stringify(each)}`)
      : []
    yield paragraphs(
      `${word} (${place})`,
      textOf(schema['description']),
      keyList(schema),
      indented(examples.join('\n')),
    )
  }
}

function listOf(word: string, description: GatewayDescription): string | undefined {
  const table = (rows: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...rows.map(([name]) => name.length))
    return rows.map(([name, summary]) => `${name.padEnd(width)}  ${summary}`).join('\n')
  }
  switch (word) {
    case 'verbs':
      return table([...verbs.values()].map(({ verb, summary }) => [verb, summary]))
    case 'subjects':
      return table([...subjectGrammars.values()].map(({ subject, summary }) => [subject, summary]))
    case 'matchers':
      return table(operators.map(({ name, summary }) => [name, summary]))
    case 'functions':
      return table(functionsOf(description).map((each) => [signatureOf(each), each.summary]))
    case 'codes':
      return table(Object.entries(codes).map(([code, { title }]) => [code, title]))
    default:
      return undefined
  }
}

/** The functions of `${…}`, for this gateway. */
export function functionsOf(description: GatewayDescription): readonly ExpressionFunction[] {
  return createExpressions(vocabularyOf(description)).functions
}

/** `truncate(text, n)`. */
export function signatureOf({ name, parameters }: ExpressionFunction): string {
  return `${name}(${parameters.map((each) => each.name).join(', ')})`
}

/** A verb's schema with the signals that the gateway knows. */
export function withSignals(schema: JsonObject, { signals }: GatewayDescription): JsonObject {
  if (schema['$comment'] !== 'signals') return schema
  const described = Object.entries(signals).map(([name, signal]) => [
    name,
    { type: 'object', description: signal.summary },
  ])
  return {
    ...schema,
    properties: { ...(Object.fromEntries(described) as JsonObject), ...(schema['properties'] as JsonObject) },
  }
}

/** One line per key: what it is for and what it takes. */
function keyList(schema: JsonObject): string {
  return keyFacts(schema)
    .map(({ key, description, facts }) => {
      const words = [description, facts.length === 0 ? '' : `(${facts.join(', ')})`]
      return `  ${key}: ${words.filter((word) => word !== '').join(' ')}`
    })
    .join('\n')
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

function indented(text = ''): string {
  return text === ''
    ? ''
    : text
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
