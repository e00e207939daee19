import type { World } from './world.ts'

/** What assistants that run commands for a programmer set in the environment of these. */
const VARIABLES = [
  'AI_AGENT',
  'AUGMENT_AGENT',
  'CLAUDECODE',
  'CODEX_SANDBOX',
  'CURSOR_AGENT',
  'GEMINI_CLI',
  'OPENCODE',
]

/** Whether an assistant reads what is printed: it pays for every line, and wants failures alone. */
export function isCodingAgent({ env }: Pick<World, 'env'>): boolean {
  return VARIABLES.some((name) => (env[name] ?? '') !== '')
}
