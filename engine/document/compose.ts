import { Composer, Parser, type Document } from 'yaml'

import type { Survey } from './survey.ts'

/**
 * YAML 1.2, duplicate keys and merge keys left to us (the library's check of keys is quadratic), whole numbers exact,
 * no tag that makes anything but JSON.
 */
const options = { uniqueKeys: false, intAsBigInt: true, resolveKnownTags: false } as const

export type Composed = Document.Parsed

/** All documents of a text, made of the tokens that the survey has read; an empty text gives one empty document. */
export function composeAll(text: string, { lexemes }: Survey): readonly Composed[] {
  const parser = new Parser()
  function* tokens(): ReturnType<Parser['end']> {
    for (const lexeme of lexemes) yield* parser.next(lexeme)
    yield* parser.end()
  }
  return [...new Composer(options).compose(tokens(), true, text.length)]
}

/** Whether a document holds nothing but comments. */
export function isEmpty({ contents }: Composed): boolean {
  return contents === null || (contents.range[0] === contents.range[1] && contents.tag === undefined)
}
