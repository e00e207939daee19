import type { CodeHelp } from './code-help.ts'
import { expressionCodes } from './expressions.ts'
import { fileCodes } from './file.ts'
import { runCodes } from './run.ts'
import { stepCodes } from './steps.ts'
import { yamlCodes } from './yaml.ts'

/** Codes of problems in files, which are found before anything runs. */
export const problemCodes: Readonly<Record<string, CodeHelp>> = {
  ...yamlCodes,
  ...fileCodes,
  ...stepCodes,
  ...expressionCodes,
}

/** Every code that `gwscen explain` knows. */
export const codes: Readonly<Record<string, CodeHelp>> = { ...problemCodes, ...runCodes }
