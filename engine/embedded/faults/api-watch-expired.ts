import type { ApiFault } from './fault.ts'

export const apiWatchExpired: ApiFault = {
  on: 'api',
  name: 'api-watch-expired',
  summary: 'Watches end with 410, as when their resource version is too old: one must list anew.',
  rule:
    () =>
    ({ verb }) =>
      verb === 'watch' ? { refuse: { code: 410 } } : undefined,
}
