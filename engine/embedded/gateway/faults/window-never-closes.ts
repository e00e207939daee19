import type { Fault } from './fault.ts'

export const windowNeverCloses: Fault = {
  name: 'window-never-closes',
  summary: 'Windows do not end.',
  consequence: 'The alerts of a storm get no object.',
  change: () => ({ closesWindows: false }),
}
