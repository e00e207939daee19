import type { ApiFault } from './fault.ts'

export const apiReplyLost: ApiFault = {
  on: 'api',
  name: 'api-reply-lost',
  summary: 'Requests are done and the connection is reset in place of the reply; open watches are cut.',
  rule: () => () => ({ drop: 'reply' }),
}
