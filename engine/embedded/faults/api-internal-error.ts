import type { ApiFault } from './fault.ts'

export const apiInternalError: ApiFault = {
  on: 'api',
  name: 'api-internal-error',
  summary: 'Requests fail with 500 before anything is done.',
  rule: () => () => ({ refuse: { code: 500 } }),
}
