import type { ApiFault } from './fault.ts'

const USUAL_MS = 1000

export const apiSlow: ApiFault = {
  on: 'api',
  name: 'api-slow',
  summary: 'Requests are held back, 1 s unless told, before they are done.',
  rule:
    ({ ms = USUAL_MS }) =>
    () => ({ delayMs: ms }),
}
