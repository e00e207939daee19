import type { JsonObject } from '../base/json.ts'
import { Steps, TextMap } from '../steps/shapes.ts'

const text = (description: string, ...examples: string[]) => ({
  type: 'string',
  minLength: 1,
  description,
  ...(examples.length === 0 ? {} : { examples }),
})
const words = (description: string, ...examples: string[]) => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description,
  ...(examples.length === 0 ? {} : { examples: [examples] }),
})

/** What a namespace is called: short, since a unique tail is added. */
const NAMESPACE = '^[a-z][a-z0-9-]{0,38}$'

const namespace = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    labels: { ...TextMap, description: 'Labels of the namespace.' },
    annotations: { ...TextMap, description: 'Annotations of the namespace.' },
    create: { type: 'boolean', description: '`false` gives a unique name that does not exist.' },
  },
} as const satisfies JsonObject

/** The keys of a scenario file, around its steps. */
export const fileSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'steps'],
  properties: {
    name: text('What must hold, as a sentence.', 'A repeat of an alert is counted, not created again'),
    description: text('Why it must hold, for the reader of a report.'),
    tags: words('Words to select scenarios by.', 'p0'),
    covers: words('Ids of the requirements it covers; free text.', 'BR-GATEWAY-008'),
    owner: text('Who to ask.'),
    gateway: {
      type: ['string', 'object'],
      additionalProperties: false,
      required: ['profile'],
      description:
        'The profile it runs on, `none`, or `{ profile, exclusive: true }` for a gateway and Redis of its own.',
      properties: {
        profile: text('Name of the profile.'),
        exclusive: { type: 'boolean', description: 'A gateway and Redis of its own while it runs.' },
      },
    },
    requires: {
      type: 'array',
      items: { enum: ['embedded', 'cluster', 'logs', 'faults'] },
      description: 'What the target must offer; where it does not, the scenario is skipped.',
      examples: [['cluster']],
    },
    namespaces: {
      type: ['array', 'object'],
      items: { type: 'string', pattern: NAMESPACE },
      propertyNames: { pattern: NAMESPACE },
      additionalProperties: namespace,
      description: 'Namespaces of this scenario, made under unique names before step 1; read as `ns.NAME`.',
      examples: [['app']],
    },
    env: {
      type: 'array',
      items: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      description: 'Environment variables that `env()` may read; their values are masked in all output.',
      examples: [['API_TOKEN']],
    },
    vars: {
      type: 'object',
      description: 'Variables, evaluated once per attempt in this order; read as `vars.NAME`.',
      examples: [{ alert: "${unique('PodCrashLooping')}" }],
    },
    matrix: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: 'array', minItems: 1 },
      description: 'Lists whose every combination is a scenario of its own; read as `case.NAME`.',
      examples: [{ severity: ['critical', 'warning'] }],
    },
    cases: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', minProperties: 1 },
      description: 'Rows of a table, each a scenario of its own; read as `case.NAME`.',
      examples: [[{ severity: 'critical', priority: 'P0' }]],
    },
    locks: words('Two scenarios that share one of these names never overlap.'),
    serial: { type: 'boolean', description: 'Alone on its profile.' },
    timeout: {
      type: 'string',
      format: 'duration',
      description: 'The longest its steps may take; 60s unless it is given.',
      examples: ['90s'],
    },
    retries: {
      type: 'integer',
      minimum: 0,
      maximum: 10,
      description: 'How often it may run again after a failure; a pass then counts as flaky.',
    },
    skip: {
      type: 'object',
      additionalProperties: false,
      required: ['reason'],
      description: 'Leaves the scenario out; the reason is printed.',
      properties: {
        if: { type: ['boolean', 'string'], description: 'Only when this is true.' },
        reason: text('Why.'),
      },
    },
    quarantine: {
      type: 'object',
      additionalProperties: false,
      required: ['owner', 'issue', 'until'],
      description: 'It runs and does not fail the run, until the given day.',
      properties: {
        owner: text('Who mends it.'),
        issue: text('Where that is followed.'),
        until: {
          type: 'string',
          pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
          description: 'The last day, such as `2026-03-31`; after it the scenario fails the run.',
        },
      },
    },
    knownGap: {
      type: 'object',
      additionalProperties: false,
      required: ['defect', 'on'],
      description: 'On these versions of the gateway the scenario must fail; passing there is a failure.',
      properties: {
        defect: text('The defect, such as an issue number.'),
        on: { ...words('Versions of the gateway.'), minItems: 1 },
        step: text('The name of the step that must fail.'),
        sometimes: { type: 'boolean', description: 'It may pass, too.' },
        reason: text('Why it fails there.'),
      },
    },
    ledger: {
      type: 'object',
      additionalProperties: false,
      required: ['off'],
      description: 'Switches the account of every alert off, with the reason.',
      properties: { off: text('Why.') },
    },
    smoke: { type: 'boolean', description: 'The scenario needs no assertion.' },
    steps: { ...Steps, description: 'What happens, one step after the other.' },
    finally: {
      ...Steps,
      description:
        'Steps that run at the end, also after a failure or Ctrl-C. Where the set-up fails (namespaces, `vars`), no step has run that they could undo, and they are left out.',
    },
    onFailure: { ...Steps, description: 'Steps that run after a failure, to tell more of it.' },
  },
} as const satisfies JsonObject
