import type { ApiFault } from './fault.ts'

export const apiThrottled: ApiFault = {
  on: 'api',
  name: 'api-throttled',
  summary: 'Requests are refused with 429, and with `Retry-After` where that is wanted.',
  rule:
    ({ retryAfterSeconds }) =>
    () => ({ refuse: { code: 429, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } }),
}
