import type { CodeHelp } from './code-help.ts'

/** What is wrong with a file, or with what stands around its steps. */
export const fileCodes = {
  NO_SUCH_FILE: {
    title: 'No such file or folder',
    means: 'Nothing is there under the path that was given.',
    mend: 'Look at the spelling, and at the folder you are in.',
  },
  NOT_A_FILE: {
    title: 'A folder with the name of a scenario',
    means: 'A folder ends in .yaml or .yml.',
    mend: 'Rename the folder.',
  },
  UNREADABLE: {
    title: 'The file cannot be read',
    means: 'The system refused to open it.',
    mend: 'Look at its permissions: ls -l FILE.',
  },
  OUTSIDE_ROOT: {
    title: 'A link out of the root',
    means: 'Files are read only below the folder of the suite, also through links.',
    mend: 'Copy the file into the suite.',
  },
  NOT_A_SCENARIO: {
    title: 'Not a scenario',
    means: 'A scenario file is a map with at least name and steps.',
    mend: 'Write it like the example.',
    example: 'name: The gateway is ready\nsteps:\n  - expect: { http: { path: /ready }, status: 200 }',
  },
  UNKNOWN_KEY: {
    title: 'A key that does not belong here',
    means: 'No such key is known at this place, so it would be ignored.',
    mend: 'Correct the spelling; `gwscen explain VERB` lists the keys of a verb.',
  },
  MISSING_KEY: {
    title: 'A key is missing',
    means: 'This place needs a key that is not there.',
    mend: 'Add the key that the message names.',
  },
  WRONG_TYPE: {
    title: 'A value of the wrong type',
    means: 'A text stands where a number belongs, or the like.',
    mend: 'Write what the message expects. A text that looks like a number needs quotes.',
  },
  BAD_VALUE: {
    title: 'A value that is not allowed',
    means: 'Only certain values can stand here.',
    mend: 'Take one of those that the message names.',
  },
  BAD_DURATION: {
    title: 'Not a duration',
    means: 'Durations are numbers with units: h, m, s, ms; they are never negative.',
    mend: 'Write the unit.',
    example: 'within: 1m30s',
  },
  BAD_NAME: {
    title: 'Not a name',
    means:
      'Names are used in expressions, so they are made of letters and digits and begin with a small letter.',
    mend: 'Choose such a name.',
    example: 'as: firstAlert',
  },
  OUT_OF_RANGE: {
    title: 'A number out of its range',
    means: 'The number is too small or too big.',
    mend: 'Stay between the limits that the message names.',
  },
  EMPTY_VALUE: {
    title: 'Something is empty',
    means: 'An empty text, list or map says nothing here.',
    mend: 'Fill it or leave the key out.',
  },
  TOO_MANY_KEYS: {
    title: 'More than one key',
    means: 'Exactly one of the possible keys may stand here.',
    mend: 'Make a step of each.',
  },
  UNKNOWN_PROFILE: {
    title: 'No such profile',
    means: 'A profile is a deployed configuration of the gateway; this one is in no configuration.',
    mend: 'Take one of those that the message names, or add a file for it to kind/profiles.',
  },
  UNKNOWN_GATEWAY: {
    title: 'No such description of a gateway',
    means: 'A description is what the engine knows of one gateway: its paths, its replies, its keys.',
    mend: 'Take one of those that the message names.',
    example: 'gateway: kubernaut-2025-11',
  },
  NO_PROFILE: {
    title: 'No profile',
    means: 'The scenario names no profile, and the configuration names no default.',
    mend: 'Add gateway: with a profile, or gateway: none.',
    example: 'gateway: dedup',
  },
  UNDECLARED_TAG: {
    title: 'A tag that is not declared',
    means: 'The configuration lists the tags, so that a misspelt one selects nothing unseen.',
    mend: 'Correct it, or add it to tags in gwscen.config.yaml.',
  },
  TEMPLATE_NOT_HERE: {
    title: 'A template where none is evaluated',
    means: '${…} is evaluated in vars and in steps; here it would be taken as it stands.',
    mend: 'Write the value itself, or move it into vars.',
  },
  ENV_NOT_LISTED: {
    title: 'An environment variable that is not listed',
    means: 'env() reads only what the scenario lists under env, so that its values can be masked.',
    mend: 'Add its name to env.',
    example: 'env: [API_TOKEN]',
  },
  NO_ASSERTION: {
    title: 'Nothing is asserted',
    means: 'The scenario would pass whatever the gateway does.',
    mend: 'Add an expect, or smoke: true when that is all you want.',
  },
  UNUSED_VAR: {
    title: 'A variable that nothing uses',
    means: 'Either it is left over, or an expression misspells it.',
    mend: 'Delete it, or use it.',
  },
  UNKNOWN_STEP: {
    title: 'No step of this name',
    means: 'knownGap.step names a step by its name.',
    mend: 'Give the step that fails this name.',
  },
  MISSING_IN_CASE: {
    title: 'A row lacks a value',
    means: 'An expression reads case.NAME, and this row has no such key.',
    mend: 'Add the key to the row.',
  },
  DUPLICATE_ID: {
    title: 'Two scenarios with one id',
    means: 'The id is the path without its ending, so x.yaml and x.yml in one folder are the same.',
    mend: 'Rename one of them.',
  },
  NO_SUCH_TEMPLATE: {
    title: 'The template cannot be used',
    means: 'The file is not there, cannot be read, or is no template.',
    mend: 'The path is taken from the folder of the file that uses it.',
    example: 'use: { template: ../templates/open-window.yaml }',
  },
  TEMPLATE_CYCLE: {
    title: 'A template that uses itself',
    means:
      'The template uses a template that, directly or through others, uses the first one again; it would never end.',
    mend: 'Take one of the use steps out of the circle.',
  },
} as const satisfies Record<string, CodeHelp>
