import type { CodeHelp } from './code-help.ts'

/** What is wrong with a step. */
export const stepCodes = {
  NOT_A_LIST: {
    title: 'Not a list of steps',
    means: 'Steps are a list: each begins with a dash.',
    mend: 'Put a dash before each step.',
    example: 'steps:\n  - wait: 1s',
  },
  NOT_A_STEP: {
    title: 'Not a step',
    means: 'A step is a map with one verb.',
    mend: 'Write the verb, a colon, and what it needs.',
    example: '- wait: 1s',
  },
  UNKNOWN_VERB: {
    title: 'No such verb',
    means: 'The step does nothing that the engine knows.',
    mend: 'Correct the spelling; the message names what there is.',
  },
  NO_VERB: {
    title: 'A step without a verb',
    means: 'name, as, if and timeout only go with a verb.',
    mend: 'Add the verb.',
  },
  TWO_VERBS: {
    title: 'Two verbs in one step',
    means: 'A step does one thing.',
    mend: 'Begin a new step with a dash.',
    example: '- wait: 1s\n- note: waited',
  },
  KEYS_EXCLUDE: {
    title: 'Keys that exclude each other',
    means: 'The two say different things, so only one of them may be there.',
    mend: 'Delete one of them.',
  },
  TWO_OF_ONE: {
    title: 'Two where one belongs',
    means: 'A send is one alert, one event or one raw body; redis looks at one key.',
    mend: 'Make a step of each.',
  },
  NO_SUBJECT: {
    title: 'No subject',
    means: 'expect, never and stays look at something: an object, a key, a metric, …',
    mend: 'Name it.',
    example: 'expect: { crd: KIND, count: 1 }',
  },
  TWO_SUBJECTS: {
    title: 'Two subjects',
    means: 'A step looks at one thing.',
    mend: 'Make a step of each.',
  },
  UNKNOWN_KIND: {
    title: 'No such kind',
    means: 'crd names a kind of object that the gateway writes.',
    mend: 'Take one of those that the message names; for other kinds there is resource.',
  },
  UNKNOWN_FIELD: {
    title: 'No such field',
    means: 'The schema of this kind of object has no such field, so it could never be there.',
    mend: 'Correct the spelling.',
  },
  IMPOSSIBLE_VALUE: {
    title: 'A value that the field can never hold',
    means: 'The schema of the object gives this field another type, or other values.',
    mend: 'Write a value of that type.',
  },
  SHARED_COUNTER: {
    title: 'A counter that others move, too',
    means:
      'Other scenarios run on the same gateway, so a counter without a label of this scenario grows by what they do.',
    mend: 'Add a label whose value comes from unique() or ns, or write exclusive: true or serial: true.',
  },
  KIND_NOT_ALLOWED: {
    title: 'A kind that scenarios may not write',
    means:
      'Scenarios write the objects of the gateway and ConfigMaps; nothing that runs programs, and nothing outside a namespace.',
    mend: 'Allow a namespaced kind in gwscen.config.yaml, if the scenario needs it.',
    example: 'allow: { kinds: [Secret] }',
  },
  FOREIGN_NAMESPACE: {
    title: 'A namespace of somebody else',
    means:
      'The namespaces of a scenario have unique names, so one that is written out is not of this scenario.',
    mend: 'List a name under namespaces and use it.',
    example: 'namespace: "${ns.app}"',
  },
  NO_NAMESPACE: {
    title: 'No namespace to look in',
    means:
      'Objects are looked for in the namespaces of the scenario, and it has none: nothing could ever be found, and never would always hold.',
    mend: 'List a name under namespaces, or say where to look.',
    example: 'namespaces: [app]',
  },
  FOREIGN_KEY: {
    title: 'A Redis key of somebody else',
    means: 'Redis serves other scenarios, too, so only keys are written that hold a name of this scenario.',
    mend: 'Use a key that the gateway has a name for, or put a namespace or a unique() name into it.',
    example: 'on: { key: "count:${ns.app}" }',
  },
  NEEDS_EXCLUSIVE: {
    title: 'A fault needs a gateway of its own',
    means: 'Breaking a gateway that others use would break their scenarios.',
    mend: 'Ask for one.',
    example: 'gateway: { profile: dedup, exclusive: true }',
  },
  LONG_WAIT: {
    title: 'A long fixed wait',
    means: 'It makes the suite slow, and on a busy machine it is still too short.',
    mend: 'Wait for what you mean.',
    example: 'expect: { crd: KIND, count: 1, within: 10s }',
  },
  UNKNOWN_OPERATOR: {
    title: 'No such operator',
    means: 'Keys that begin with $ are operators, and this is none.',
    mend: 'Correct the spelling; `gwscen explain matchers` lists them.',
    example: '{ $gte: 2 }',
  },
  BAD_OPERAND: {
    title: 'An operand that does not fit',
    means: 'The operator cannot work with this value.',
    mend: 'Write what the message expects.',
    example: '{ $between: [1, 4] }',
  },
  MIXED_MATCHER: {
    title: 'Operators and keys in one map',
    means: 'A map holds either operators, which begin with $, or names of fields.',
    mend: 'Use $all to say both.',
    example: '$all: [{ $length: 2 }, { app: web }]',
  },
  BAD_PATTERN: {
    title: 'A regular expression that cannot be used',
    means:
      'Regular expressions are those of RE2, which always end in time: no look-around, no back-references.',
    mend: 'Say it otherwise, or split it into two operators with $all.',
    example: "$matches: '^rr-[0-9a-f]+$'",
  },
} as const satisfies Record<string, CodeHelp>
