/** What the server reads of an `openAPIV3Schema`; every other keyword is carried along for validation. */
export interface StructuralSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, StructuralSchema>>
  readonly additionalProperties?: boolean | StructuralSchema
  readonly items?: StructuralSchema
  readonly nullable?: boolean
  readonly default?: unknown
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-validations'?: readonly Rule[]
  readonly [keyword: string]: unknown
}

/** A CEL rule of a schema. */
export interface Rule {
  readonly rule: string
  readonly message?: string
  readonly reason?: string
}

/** The schema of one field of a map, or undefined where the schema does not say. */
export function schemaOfField(schema: StructuralSchema, key: string): StructuralSchema | undefined {
  const { properties, additionalProperties } = schema
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  return typeof additionalProperties === 'object' ? additionalProperties : undefined
}

/** `spec.items[0].name`: how Kubernetes writes the place of a field. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  return parent === '' ? key : `${parent}.${key}`
}
