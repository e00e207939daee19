import { isObject, type JsonObject } from '../base/json.ts'
import type { Path } from '../base/span.ts'
import { hasTemplate, parseTemplate } from '../document/template.ts'
import type { ExpressionIssue, Position, ScopeTypes, TypeDescription } from '../expressions/types.ts'
import type { KnownExpressions } from './known-expressions.ts'
import { itemsOf, memberOf } from './schema-parts.ts'
import type { Slips } from './slip.ts'
import { typeMismatch } from './template-types.ts'

export interface Place {
  readonly path: Path
  readonly scope: ScopeTypes
  readonly position?: Position
  /** What the value must be, where that is known. */
  readonly schema?: JsonObject | undefined
}

/** Checks the expressions of one file, and notes what they mention. */
export class ExpressionSlips {
  readonly #expressions: KnownExpressions
  readonly #slips: Slips
  readonly #mentions = new Set<string>()
  /** A name that is not there is told once, however often it is used. */
  readonly #told = new Set<string>()

  constructor(expressions: KnownExpressions, slips: Slips) {
    this.#expressions = expressions
    this.#slips = slips
  }

  get mentions(): ReadonlySet<string> {
    return this.#mentions
  }

  /** Every `${…}` and `$expr` in a tree; `skip` names places that are looked at elsewhere. */
  checkTree(value: unknown, place: Place, skip: ReadonlySet<string> = new Set()): void {
    const { path, schema } = place
    if (skip.size > 0 && skip.has(path.join('.'))) return
    if (typeof value === 'string' && path.at(-1) === '$expr') this.#candidate(value, place)
    else if (typeof value === 'string') this.#template(value, place)
    else if (Array.isArray(value)) {
      const items = schema && itemsOf(schema)
      for (const [index, item] of value.entries())
        this.checkTree(item, { ...place, path: [...path, index], schema: items }, skip)
    } else if (isObject(value)) {
      for (const [key, member] of Object.entries(value)) {
        const inside = { ...place, path: [...path, key], schema: schema && memberOf(schema, key) }
        if (key.includes('${')) this.#keyTemplate(key, path)
        this.checkTree(member, inside, skip)
      }
    }
  }

  /** What stands behind `if`: true, false, or an expression that gives one of them. */
  checkCondition(value: unknown, place: Place): void {
    this.checkTree(value, { ...place, schema: { type: 'boolean' } })
    if (typeof value !== 'string' || hasTemplate(value)) return
    const message = `if: expected true, false or an expression, got the text ${value}`
    this.#slips.add({ code: 'WRONG_TYPE', path: place.path, message, hint: `write "\${${value}}"` })
  }

  /** An expression without `${ }` around it. */
  checkText(text: string, { path, scope, position }: Place): void {
    this.#tell(this.#issues(text, scope, position ?? 'elsewhere'), path, 0)
  }

  /** The type of a value as it is written; what is not certain is `dyn`. */
  typeOf(value: unknown, scope: ScopeTypes): TypeDescription {
    if (typeof value === 'boolean') return 'bool'
    if (typeof value === 'number') return Number.isSafeInteger(value) ? 'int' : 'double'
    if (typeof value !== 'string') return 'dyn'
    if (!hasTemplate(value)) return 'string'
    const template = parseTemplate(value)
    if ('code' in template) return 'dyn'
    const [only] = template.parts
    return template.whole && only !== undefined && 'expression' in only
      ? this.#expressions.typeOf(only.expression, scope)
      : 'string'
  }

  /** Only values are evaluated, so a key would go out as it stands. */
  #keyTemplate(key: string, path: Path): void {
    const message = `${key}: \${…} is not evaluated in keys`
    this.#slips.add({ code: 'TEMPLATE_NOT_HERE', path, key, message })
  }

  #candidate(text: string, { path, scope, position }: Place): void {
    this.checkText(text, {
      path,
      scope: { ...scope, it: 'dyn' },
      ...(position === undefined ? {} : { position }),
    })
    const type = this.#expressions.typeOf(text, { ...scope, it: 'dyn' })
    const mismatch = type === 'dyn' ? undefined : typeMismatch(type, { type: 'boolean' })
    if (mismatch !== undefined) this.#slips.add({ code: 'WRONG_TYPE', path, message: `$expr: ${mismatch}` })
  }

  #template(text: string, { path, scope, position = 'elsewhere', schema }: Place): void {
    if (!text.includes('${')) return
    const template = parseTemplate(text)
    if ('code' in template) {
      this.#tell([template], path, 0)
      return
    }
    for (const part of template.parts) {
      if (!('expression' in part)) continue
      const issues = this.#issues(part.expression, scope, position)
      this.#tell(issues, path, part.start)
      if (issues.length > 0 || !template.whole || schema === undefined) continue
      const mismatch = typeMismatch(this.#expressions.typeOf(part.expression, scope), schema)
      if (mismatch !== undefined)
        this.#slips.add({ code: 'WRONG_TYPE', path, message: `${String(path.at(-1))}: ${mismatch}` })
    }
  }

  #issues(text: string, scope: ScopeTypes, position: Position): readonly ExpressionIssue[] {
    for (const chain of this.#expressions.namesIn(text).members)
      this.#mentions.add(chain.slice(0, 2).join('.'))
    return this.#expressions.check(text, scope, position)
  }

  #tell(issues: readonly ExpressionIssue[], path: Path, offset: number): void {
    for (const { code, start, end, message, hint } of issues) {
      if (code.startsWith('UNKNOWN_')) {
        if (this.#told.has(message)) continue
        this.#told.add(message)
      }
      const within = { start: start + offset, end: end + offset }
      this.#slips.add({ code, path, within, message, ...(hint === undefined ? {} : { hint }) })
    }
  }
}
