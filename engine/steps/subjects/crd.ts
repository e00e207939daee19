import { textAt } from '../../base/json.ts'
import { absenceExcludes } from './absence.ts'
import { Kind, Matcher, TextMap } from '../shapes.ts'
import type { SubjectDefinition } from './define.ts'
import { observeObjects } from './observe-objects.ts'
import { kindOf } from './selection.ts'

const object = (description: string) => ({ ...Matcher, description })

/** Objects of a kind that the gateway writes. */
export const crd: SubjectDefinition = {
  subject: 'crd',
  summary: 'Objects that the gateway writes, selected by namespace, name, labels and `where`.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['crd'],
    properties: {
      crd: Kind,
      namespace: { type: 'string', description: 'Default: the namespaces of this scenario.' },
      name: { type: 'string', description: 'The name of one object.' },
      labels: { ...TextMap, description: 'Labels the object must carry to be selected.' },
      where: object('Which objects are meant: a matcher on the whole object.'),
      count: object('How many are selected: a number, or `{ $gte: 1 }`.'),
      each: object('Every selected object, and there is at least one.'),
      any: object('At least one of the selected objects.'),
      none: object('No selected object is like this.'),
      first: object('The oldest selected object.'),
      last: object('The newest selected object.'),
      metadata: object('Of exactly one selected object.'),
      spec: object('Of exactly one selected object.'),
      status: object('Of exactly one selected object.'),
      absent: { enum: [true], description: 'None is selected now.' },
      gone: { enum: [true], description: 'It was there during this scenario, and now it is not.' },
      unique: {
        type: 'string',
        description: 'A path, such as `spec.signalName`, whose values all differ.',
      },
      passedThrough: {
        type: 'object',
        additionalProperties: false,
        required: ['path', 'values'],
        description: 'These values came at this path, in this order, since the object was made.',
        properties: {
          path: { type: 'string', description: 'Such as `status.overallPhase`.' },
          values: { type: 'array', minItems: 1, description: 'The values, oldest first.' },
        },
      },
      neverWas: {
        type: 'object',
        additionalProperties: false,
        required: ['path', 'value'],
        description: 'This value never stood at this path since the object was made.',
        properties: {
          path: { type: 'string', description: 'Such as `status.overallPhase`.' },
          value: object('The value.'),
        },
      },
      changedOnce: { type: 'string', description: 'A path whose value changed exactly once.' },
    },
  },
  excludes: absenceExcludes([
    ...['count', 'each', 'any', 'none', 'first', 'last', 'metadata', 'spec', 'status', 'unique'],
    ...['passedThrough', 'neverWas', 'changedOnce'],
  ]),
  examples: [
    'expect: { crd: {{kind}}, namespace: "${ns.app}", count: 2, within: 5s }',
    'expect: { crd: {{kind}}, namespace: "${ns.app}", spec: { severity: critical } }',
  ],
  observe: (input, context) =>
    observeObjects(kindOf(textAt(input, 'crd') ?? '', context).type, input, context),
}
