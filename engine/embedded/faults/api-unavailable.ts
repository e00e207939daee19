import type { ApiFault } from './fault.ts'

export const apiUnavailable: ApiFault = {
  on: 'api',
  name: 'api-unavailable',
  summary: 'Requests are refused with 503, and with `Retry-After` where that is wanted.',
  rule:
    ({ retryAfterSeconds }) =>
    () => ({ refuse: { code: 503, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) } }),
}
