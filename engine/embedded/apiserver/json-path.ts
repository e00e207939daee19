import { isObject } from '../../base/json.ts'

type Step = (values: readonly unknown[]) => readonly unknown[]

const FIELD = /^\.((?:[\w-]|\\.)+)/
const QUOTED = /^\[(?:'([^']+)'|"([^"]+)")\]/
const INDEX = /^\[(\d+)\]/
const ALL = /^\[\*\]/
const FILTER = /^\[\?\(@\.([\w.-]+)\s*==\s*(?:'([^']*)'|"([^"]*)")\)\]/

/**
 * The reader of a printer column's path, such as `.status.phase`, `.metadata.labels.a\.b`, `.spec.items[0]` or
 * `.status.conditions[?(@.type=="Ready")].status`. It gives the first value found. Throws on any other form.
 */
export function readJsonPath(path: string): (object: unknown) => unknown {
  const steps = stepsOf(path)
  return (object) => {
    let values: readonly unknown[] = [object]
    for (const step of steps) values = step(values)
    return values[0]
  }
}

function stepsOf(path: string): readonly Step[] {
  const steps: Step[] = []
  let rest = path
  while (rest !== '') {
    const [step, length] = nextStep(rest) ?? []
    if (step === undefined || length === undefined) throw new Error(`cannot read the JSONPath "${path}"`)
    steps.push(step)
    rest = rest.slice(length)
  }
  return steps
}

function nextStep(rest: string): readonly [Step, number] | undefined {
  const field = FIELD.exec(rest)
  if (field) return [fieldStep((field[1] ?? '').replaceAll('\\', '')), field[0].length]
  const quoted = QUOTED.exec(rest)
  if (quoted) return [fieldStep(quoted[1] ?? quoted[2] ?? ''), quoted[0].length]
  const index = INDEX.exec(rest)
  if (index) {
    const at = Number(index[1])
    return [(values) => values.flatMap((value) => itemsOf(value).slice(at, at + 1)), index[0].length]
  }
  const all = ALL.exec(rest)
  if (all) return [(values) => values.flatMap(itemsOf), all[0].length]
  const filter = FILTER.exec(rest)
  if (!filter) return undefined
  const read = readJsonPath(`.${filter[1] ?? ''}`)
  const wanted = filter[2] ?? filter[3] ?? ''
  return [(values) => values.flatMap(itemsOf).filter((item) => read(item) === wanted), filter[0].length]
}

function fieldStep(name: string): Step {
  return (values) =>
    values
      .filter((value) => isObject(value) && Object.hasOwn(value, name))
      .map((value) => (value as Record<string, unknown>)[name])
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}
