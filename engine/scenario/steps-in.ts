import { isObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { verbs } from './grammar.ts'
import { markedValues } from './markers.ts'

/** A step as it is written, and where it stands. */
export interface PlacedStep {
  readonly step: Readonly<Record<string, unknown>>
  readonly path: Path
}

/** Every step of a list and of the steps inside it, outermost first. */
export function stepsIn(list: unknown, path: Path): readonly PlacedStep[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((step: unknown, index) => {
    if (!isObject(step)) return []
    const place = [...path, index]
    return [
      { step, path: place },
      ...Object.entries(step).flatMap(([verb, input]) => inside(verb, input, [...place, verb])),
    ]
  })
}

/** The few verbs that hold steps; the inputs of all others need not be searched. */
const holders: ReadonlySet<string> = new Set(
  [...verbs.values()]
    .filter(({ schema }) => JSON.stringify(schema).includes('"$comment":"steps"'))
    .map(({ verb }) => verb),
)

function inside(verb: string, input: unknown, path: Path): readonly PlacedStep[] {
  if (!holders.has(verb)) return []
  const nested = markedValues(verbs.get(verb)?.schema, input, path).filter(({ shape }) => shape === 'steps')
  return nested.flatMap((each) => stepsIn(each.value, each.path))
}
