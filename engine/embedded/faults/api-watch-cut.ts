import type { ApiFault } from './fault.ts'

export const apiWatchCut: ApiFault = {
  on: 'api',
  name: 'api-watch-cut',
  summary: 'Open watches are cut, at once unless told, and so are those that begin meanwhile.',
  rule:
    ({ ms = 0 }) =>
    ({ verb }) =>
      verb === 'watch' ? { cutAfterMs: ms } : undefined,
}
