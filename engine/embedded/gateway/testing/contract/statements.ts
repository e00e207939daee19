import { httpStatements } from './statements-http.ts'
import { objectStatements } from './statements-objects.ts'
import { signalStatements } from './statements-signals.ts'
import { stormStatements } from './statements-storm.ts'

/** Every statement of the contract that can be seen from outside, by id: its section, and what it says in short. */
export const statements = {
  ...httpStatements,
  ...signalStatements,
  ...stormStatements,
  ...objectStatements,
} as const satisfies Readonly<Record<string, readonly [section: string, statement: string]>>

export type StatementId = keyof typeof statements
