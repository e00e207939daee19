import { isObject, valueAt } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import { AGE, age, type Column } from './columns.ts'
import { readJsonPath } from './json-path.ts'
import type { Resource } from './resource.ts'
import { objectSchema } from './schema/object-schema.ts'
import type { StructuralSchema } from './schema/structural.ts'

/** The part of a CustomResourceDefinition that the server reads. */
interface Definition extends KubeObject {
  readonly spec: {
    readonly group: string
    readonly scope: 'Namespaced' | 'Cluster'
    readonly names: {
      readonly plural: string
      readonly kind: string
      readonly singular?: string
      readonly listKind?: string
      readonly shortNames?: readonly string[]
      readonly categories?: readonly string[]
    }
    readonly versions: readonly Version[]
  }
}

interface Version {
  readonly name: string
  readonly served: boolean
  readonly schema?: { readonly openAPIV3Schema?: StructuralSchema }
  readonly subresources?: { readonly status?: object; readonly scale?: object }
  readonly additionalPrinterColumns?: readonly PrinterColumn[]
}

interface PrinterColumn {
  readonly name: string
  readonly type: string
  readonly jsonPath: string
  readonly description?: string
  readonly format?: string
  readonly priority?: number
}

/** A CustomResourceDefinition with its schema compiled. Bound to no server: any number of them may share it. */
export interface ServedDefinition {
  readonly definition: KubeObject
  readonly resource: Resource
}

/** Reads a CustomResourceDefinition; throws when it asks for something that this server cannot do. */
export function readDefinition(definition: unknown): ServedDefinition {
  if (!isDefinition(definition)) throw new Error('not a CustomResourceDefinition of apiextensions.k8s.io/v1')
  const { metadata, spec } = definition
  try {
    return { definition, resource: resourceOf(spec, onlyServed(spec.versions)) }
  } catch (error) {
    throw new Error(`CustomResourceDefinition ${metadata.name} cannot be served`, { cause: error })
  }
}

function resourceOf({ group, scope, names }: Definition['spec'], version: Version): Resource {
  const openapi = version.schema?.openAPIV3Schema
  if (openapi === undefined) throw new Error(`version ${version.name} has no openAPIV3Schema`)
  if (version.subresources?.scale !== undefined) throw new Error('the scale subresource is not supported')
  return {
    group,
    version: version.name,
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    listKind: names.listKind ?? `${names.kind}List`,
    hasStatus: version.subresources?.status !== undefined,
    readOnly: false,
    columns: version.additionalPrinterColumns?.map(columnOf) ?? [AGE],
    schema: objectSchema(openapi),
  }
}

function onlyServed(versions: readonly Version[]): Version {
  const [version, ...others] = versions.filter(({ served }) => served)
  if (version === undefined) throw new Error('no version is served')
  if (others.length > 0) throw new Error('several served versions need a conversion, which is not supported')
  return version
}

function columnOf({ name, type, format, description, jsonPath, priority }: PrinterColumn): Column {
  const read = readJsonPath(jsonPath)
  return {
    name,
    type,
    ...(format === undefined ? {} : { format }),
    description: description ?? '',
    priority: priority ?? 0,
    cell(object, wallMs) {
      const value = read(object)
      if (value === undefined || value === null) return null
      if (type === 'date') return age(value, wallMs)
      return typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean)
    },
  }
}

function isDefinition(value: unknown): value is Definition {
  return (
    isObject(value) &&
    value['kind'] === 'CustomResourceDefinition' &&
    value['apiVersion'] === 'apiextensions.k8s.io/v1' &&
    typeof valueAt(value, ['metadata', 'name']) === 'string' &&
    Array.isArray(valueAt(value, ['spec', 'versions'])) &&
    isObject(valueAt(value, ['spec', 'names']))
  )
}
