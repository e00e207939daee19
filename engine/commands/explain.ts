import { builtInDescription } from '../gateway/index.ts'
import { explain as help, nearestTopic } from '../scenario/explain.ts'
import { UsageError } from './usage-error.ts'
import type { World } from './world.ts'

/** Help for a verb, key, subject, operator, function or code. */
export function explain(word: string, world: World): Promise<number> {
  const text = help(word, builtInDescription)
  if (text === undefined) {
    const nearest = nearestTopic(word, builtInDescription)
    const hint =
      nearest === undefined ? 'try verbs, subjects, matchers, functions or codes' : `did you mean ${nearest}?`
    throw new UsageError(`explain: nothing is called ${word}; ${hint}`)
  }
  world.stdout.write(`${text}\n`)
  return Promise.resolve(0)
}
