import { valueAt } from '../../base/json.ts'

/** The text at a path of keys, empty where there is none. */
export function textAt(value: unknown, ...path: string[]): string {
  const found = valueAt(value, path)
  return typeof found === 'string' ? found : ''
}
