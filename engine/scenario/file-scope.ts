import { isObject } from '../base/json.ts'
import type { ScopeTypes, TypeDescription } from '../expressions/types.ts'
import { Scope } from './scope.ts'
import type { Slip } from './slip.ts'

/** The names that a file begins with. A root whose key is misspelt holds anything: that slip is told already. */
export function fileScope(file: Readonly<Record<string, unknown>>, shape: readonly Slip[]): Scope {
  const misspelt = (key: string): boolean =>
    shape.some(({ rename, path }) => rename === key && path.length === 0)
  const root = (key: string, fields: ScopeTypes): TypeDescription => (misspelt(key) ? 'dyn' : { fields })
  const caseNames = [...matrixNames(file['matrix']), ...caseKeys(file['cases'])]
  const types: Record<string, TypeDescription> = {
    vars: root('vars', {}),
    ns: root(
      'namespaces',
      Object.fromEntries(namespaceNames(file['namespaces']).map((name) => [name, 'string'])),
    ),
    run: 'dyn',
    thread: 'dyn',
    scenario: 'dyn',
  }
  const isCase = caseNames.length > 0 || misspelt('matrix') || misspelt('cases')
  if (isCase)
    types['case'] =
      misspelt('matrix') || misspelt('cases') ? 'dyn' : { fields: Object.fromEntries(caseNames) }
  return new Scope(types)
}

function namespaceNames(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return isObject(value) ? Object.keys(value) : []
}

function matrixNames(matrix: unknown): readonly (readonly [string, TypeDescription])[] {
  return isObject(matrix) ? Object.keys(matrix).map((name) => [name, 'dyn']) : []
}

function caseKeys(cases: unknown): readonly (readonly [string, TypeDescription])[] {
  if (!Array.isArray(cases)) return []
  return cases.filter(isObject).flatMap((row) => Object.keys(row).map((name) => [name, 'dyn'] as const))
}
