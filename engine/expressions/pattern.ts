import { RE2JS, RE2JSException } from 're2js'

/** A regular expression that takes linear time on any text. */
export interface Pattern {
  /** Whether it is found anywhere in the text; anchor it with `^` and `$` for the whole. */
  test(text: string): boolean
}

const LONGEST = 4096

/** Throws an Error with what is wrong with the pattern: RE2 has no look-around and no back-references. */
export function compilePattern(source: string): Pattern {
  if (source.length > LONGEST) throw new Error(`expected at most ${LONGEST} characters`)
  try {
    const compiled = RE2JS.compile(source)
    return { test: (text) => compiled.test(text) }
  } catch (error) {
    if (error instanceof RE2JSException) throw new Error(inOurWords(error.message), { cause: error })
    throw error
  }
}

/** What is wrong with a pattern, or undefined. */
export function patternIssue(source: string): string | undefined {
  try {
    compilePattern(source)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function inOurWords(message: string): string {
  const [, what = '', where = ''] = /^error parsing regexp: ([^:`]+)(?:: `([\s\S]*)`)?$/.exec(message) ?? []
  if (/^\(\?(?:[=!]|<[=!])/.test(where))
    return `${where}: look-around is not supported, since it can take for ever on a long text`
  if (/^\\[1-9]/.test(where))
    return `${where}: back-references are not supported, since they can take for ever on a long text`
  return what === '' ? message : `${where === '' ? '' : `${where}: `}${what}`
}
