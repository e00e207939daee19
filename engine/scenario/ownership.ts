import { isObject } from '../base/json.ts'
import { parseTemplate } from '../document/template.ts'
import type { KnownExpressions } from './known-expressions.ts'

/** Tells which values belong to one attempt alone: those made of `unique()` or of a namespace of the scenario. */
export class Ownership {
  readonly #expressions: KnownExpressions
  readonly #ownVars = new Set<string>()

  constructor(vars: unknown, expressions: KnownExpressions) {
    this.#expressions = expressions
    for (const [name, value] of Object.entries(isObject(vars) ? vars : {})) {
      if (this.isOwn(value)) this.#ownVars.add(name)
    }
  }

  isOwn(value: unknown): boolean {
    if (Array.isArray(value)) return value.some((item) => this.isOwn(item))
    if (isObject(value)) return Object.values(value).some((member) => this.isOwn(member))
    if (typeof value !== 'string' || !value.includes('${')) return false
    const template = parseTemplate(value)
    if ('code' in template) return false
    return template.parts.some((part) => 'expression' in part && this.#isOwnExpression(part.expression))
  }

  #isOwnExpression(text: string): boolean {
    const { functions, members } = this.#expressions.namesIn(text)
    return (
      functions.includes('unique') ||
      members.some(([root, name = '']) => root === 'ns' || (root === 'vars' && this.#ownVars.has(name)))
    )
  }
}
