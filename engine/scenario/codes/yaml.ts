import type { CodeHelp } from './code-help.ts'

/** What is wrong with a text before it is a scenario. */
export const yamlCodes = {
  TOO_BIG: {
    title: 'The file is too big',
    means: 'A scenario file may hold at most 1 MiB.',
    mend: 'Make several files of it, or put long bodies into a template.',
  },
  TOO_MANY_NODES: {
    title: 'The file holds too many values',
    means: 'A scenario file may hold at most 20,000 values, with aliases written out.',
    mend: 'Make several files of it, or use repeat.',
  },
  TOO_MANY_ALIASES: {
    title: 'Too many aliases',
    means: 'A file may use *name at most 100 times.',
    mend: 'Use vars, repeat or a template instead.',
  },
  TOO_DEEP: {
    title: 'Nested too deep',
    means: 'A file may have at most 64 levels, an expression as well.',
    mend: 'Split what is nested: into vars, or into several steps.',
  },
  NOT_TEXT: {
    title: 'The file is not text',
    means: 'Scenario files are UTF-8 without NUL characters.',
    mend: 'Save it as UTF-8.',
  },
  EMPTY_FILE: {
    title: 'The file is empty',
    means: 'There is no scenario in the file.',
    mend: 'Write one, or delete the file.',
    example: 'name: The gateway is ready\nsteps:\n  - expect: { http: { path: /ready }, status: 200 }',
  },
  SEVERAL_DOCUMENTS: {
    title: 'Several documents in one file',
    means: 'A line --- begins a second document; a file holds one scenario.',
    mend: 'Make a file of each, or use cases.',
  },
  YAML_SYNTAX: {
    title: 'This is not YAML',
    means: 'The text cannot be read as YAML.',
    mend: 'Look at the marked place and just before it: a bracket, a quote or a colon is missing or one too many.',
  },
  TAB_INDENT: {
    title: 'A tab cannot indent',
    means: 'YAML allows only spaces at the beginning of a line.',
    mend: 'Replace the tab by two spaces.',
  },
  BAD_INDENT: {
    title: 'Wrong indentation',
    means: 'A line is not in the column that its place asks for.',
    mend: 'Keys of one map begin in one column; what belongs to a key is indented further than the key.',
    example: '- send:\n    alert: { name: HighCpu }',
  },
  UNCLOSED: {
    title: 'A bracket or quote is not closed',
    means: 'What opens at the marked place never closes.',
    mend: 'Close it.',
    example: 'expect: { http: { path: /ready }, status: 200 }',
  },
  UNOPENED: {
    title: 'A bracket closes nothing',
    means: 'There is a closing bracket too many.',
    mend: 'Delete it, or add the opening one.',
  },
  MISSING_COLON: {
    title: 'A colon or a blank is missing',
    means: 'A key needs a colon and a blank after it, a list item a dash and a blank.',
    mend: 'Write `key: value`, and `- item`.',
    example: 'status: 200',
  },
  MISSING_COMMA: {
    title: 'A comma is missing',
    means: 'Inside { } and [ ] entries are separated by commas.',
    mend: 'Add the comma.',
    example: '{ name: HighCpu, pod: api-1 }',
  },
  UNQUOTED_TEXT: {
    title: 'A text needs quotes',
    means:
      'Some characters at the beginning of a text, or a colon and a blank inside it, mean something in YAML.',
    mend: 'Put the whole text in quotes.',
    example: 'name: "Repeats: counted, not created"',
  },
  UNQUOTED_TEMPLATE: {
    title: 'A template needs quotes',
    means: 'Without quotes YAML reads the braces of ${…} as a map.',
    mend: 'Put it in double quotes; `gwscen validate --fix` does it.',
    example: 'namespace: "${ns.app}"',
  },
  BAD_ESCAPE: {
    title: 'No such escape',
    means: 'In double quotes a backslash begins an escape such as \\n.',
    mend: 'Double the backslash, or use single quotes.',
    example: "$matches: '^rr-\\d+$'",
  },
  UNKNOWN_ALIAS: {
    title: 'An alias names nothing',
    means: '*name stands for what &name marks above it in the same file.',
    mend: 'Mark it with &name first, or quote the text if it is no alias.',
  },
  UNKNOWN_TAG: {
    title: 'Unknown YAML tag',
    means: 'Tags such as !include mean nothing here.',
    mend: 'Quote the text if it begins with !; for pieces of files there is use.',
  },
  BAD_KEY: {
    title: 'A key that is not text',
    means: 'Keys of maps are texts.',
    mend: 'Write the key as a text.',
  },
  BAD_MERGE: {
    title: 'A merge needs a map',
    means: '<<: takes over the keys of a map.',
    mend: 'Give it *name of a map, or a list of them.',
  },
  DUPLICATE_KEY: {
    title: 'The same key twice',
    means: 'A map has each key once; the second would hide the first.',
    mend: 'Delete or rename one of them.',
  },
  FORBIDDEN_KEY: {
    title: 'A word that cannot be a key',
    means: '__proto__, constructor and prototype are refused in scenarios.',
    mend: 'Choose another word.',
  },
  BIG_NUMBER: {
    title: 'A number beyond 2^53',
    means: 'Such a whole number cannot be kept exactly.',
    mend: 'Put it in quotes if it is an id.',
  },
  NOT_JSON: {
    title: 'Not a finite number',
    means: '.inf and .nan have no form in JSON.',
    mend: 'Write a number, or quote the text.',
  },
} as const satisfies Record<string, CodeHelp>
