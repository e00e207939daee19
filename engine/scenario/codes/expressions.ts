import type { CodeHelp } from './code-help.ts'

/** What is wrong with an expression before it runs. */
export const expressionCodes = {
  UNCLOSED_TEMPLATE: {
    title: 'A template is not closed',
    means: '${ needs its }.',
    mend: 'Add the brace, or write $${ when the text itself is meant.',
  },
  UNCLOSED_STRING: {
    title: 'A string is not closed',
    means: 'A quote inside an expression opens a text that never ends.',
    mend: 'Add the quote.',
  },
  EMPTY_TEMPLATE: {
    title: 'An empty template',
    means: 'There is nothing between ${ and }.',
    mend: 'Write an expression.',
  },
  SYNTAX: {
    title: 'Not an expression',
    means: 'The text between the braces cannot be read as an expression. Expressions are written in CEL.',
    mend: 'Look at the marked place. The operators are + - * / % == != < <= > >= && || ! ?: and in; texts stand in single quotes.',
    example: "${vars.window + duration('2s')}",
  },
  TOO_LONG: {
    title: 'The expression is too long',
    means: 'An expression may have at most 4,096 characters.',
    mend: 'Make vars of its parts.',
  },
  TOO_NESTED: {
    title: 'Too many loops inside each other',
    means: 'all, exists, map and filter may be nested twice.',
    mend: 'Make a variable of the inner one.',
  },
  UNKNOWN_NAME: {
    title: 'No such name here',
    means:
      'Names are vars, ns, gateway, run, thread, scenario, case, i and row in loops, and every as of an earlier step.',
    mend: 'Correct the spelling; an as is seen only by later steps.',
  },
  UNKNOWN_MEMBER: {
    title: 'No such member',
    means: 'What stands before the dot has no part of this name.',
    mend: 'Correct the spelling, or declare it: ns.NAME under namespaces, vars.NAME under vars.',
  },
  BARE_ROOT: {
    title: 'A group of names is no value',
    means: 'vars, ns and the like only hold others.',
    mend: 'Read one of their members.',
    example: '${vars.alert}',
  },
  UNKNOWN_FUNCTION: {
    title: 'No such function',
    means: 'Nothing of this name can be called.',
    mend: 'Correct the spelling; `gwscen explain functions` lists them.',
  },
  WRONG_ARGUMENTS: {
    title: 'Wrong arguments',
    means: 'The function wants other arguments: more, fewer, or of another type.',
    mend: '`gwscen explain functions` shows what each takes. Convert with string(…), int(…), double(…), duration(…).',
  },
  WRONG_TYPES: {
    title: 'Types that do not go together',
    means: 'The operator does not work on these types.',
    mend: 'Convert one side: string(…), double(…), duration(…).',
    example: "${'pod-' + string(i)}",
  },
  NOT_HERE: {
    title: 'A function that is not allowed here',
    means: 'unique() and env() may be called in vars alone, since each call gives something new.',
    mend: 'Make a variable of it.',
    example: 'vars:\n  alert: "${unique(\'HighCpu\')}"',
  },
  RESERVED_NAME: {
    title: 'A word of the expression language',
    means: 'The expression language uses this word itself.',
    mend: 'Choose another name.',
    example: 'as: firstList',
  },
  SHADOWED: {
    title: 'A name that is taken',
    means: 'It would hide another one.',
    mend: 'Choose another name.',
  },
} as const satisfies Record<string, CodeHelp>
