import { isObject, type JsonObject } from '../base/json.ts'
import type { TypeDescription } from '../expressions/types.ts'
import { Steps } from '../steps/shapes.ts'
import type { InputType } from './scenario.ts'

/** What an input of a template may be, as its author says it, and as expressions see it. */
export const INPUT_TYPES = {
  text: { expression: 'string', schema: { type: 'string' } },
  integer: { expression: 'int', schema: { type: 'integer' } },
  number: { expression: 'double', schema: { type: 'number' } },
  boolean: { expression: 'bool', schema: { type: 'boolean' } },
  duration: { expression: 'dyn', schema: { type: 'string', format: 'duration' } },
  list: { expression: 'dyn', schema: { type: 'array' } },
  map: { expression: 'dyn', schema: { type: 'object' } },
} as const satisfies Record<InputType, { readonly expression: TypeDescription; readonly schema: JsonObject }>

export interface TemplateInput {
  readonly type: InputType
  readonly isRequired: boolean
}

/** A template as the files that use it see it. */
export interface TemplateFile {
  readonly inputs: Readonly<Record<string, TemplateInput>>
  readonly outputs: readonly string[]
  /** Whether one of its steps asserts something. */
  readonly asserts: boolean
}

/** Templates by the words with which a file names them; undefined where there is none to be read. */
export type Templates = ReadonlyMap<string, TemplateFile>

const typeNames = Object.keys(INPUT_TYPES)

/** The keys of a template file. */
export const templateSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['template', 'steps'],
  properties: {
    template: {
      type: 'string',
      minLength: 1,
      description: 'What the steps do, as a sentence; the key that makes this file a template.',
      examples: ['Opens a window with two alerts'],
    },
    description: { type: 'string', description: 'What a reader should know before using it.' },
    inputs: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['type'],
        properties: {
          type: { enum: typeNames, description: 'What it must be.' },
          default: { description: 'What it is when it is not given; without this it must be given.' },
          description: { type: 'string', description: 'What it is for.' },
        },
      },
      description: 'What must be given where the template is used; read as `inputs.NAME`.',
      examples: [{ alert: { type: 'text' }, pods: { type: 'integer', default: 4 } }],
    },
    outputs: {
      type: 'object',
      description: 'What it gives back: names and expressions. With `as: w`, later steps read `w.NAME`.',
      examples: [{ window: '${last.last.body.id}' }],
    },
    steps: { ...Steps, description: 'What happens, one step after the other.' },
  },
} as const satisfies JsonObject

/** What others need to know of a template; whatever is wrong with it is told by its own check. */
export function templateOf(file: Readonly<Record<string, unknown>>, asserts: boolean): TemplateFile {
  const inputs = isObject(file['inputs']) ? Object.entries(file['inputs']) : []
  const outputs = isObject(file['outputs']) ? Object.keys(file['outputs']) : []
  return {
    inputs: Object.fromEntries(inputs.map(([name, input]) => [name, inputOf(input)])),
    outputs,
    asserts,
  }
}

function inputOf(input: unknown): TemplateInput {
  const type =
    isObject(input) && typeof input['type'] === 'string' && Object.hasOwn(INPUT_TYPES, input['type'])
      ? (input['type'] as InputType)
      : 'map'
  return { type, isRequired: !(isObject(input) && 'default' in input) }
}
