import type { Event } from '../../events/event.ts'

/** What breaks out of one format or another, or is obeyed by what reads it. */
export const HOSTILE = [
  '::error::x\r\n  ::set-output name=a::b\n##[error]y',
  '\u001b]0;t\u0007\u009b2J\u202e\u0000\u0001\u007f\uffff\ud800 lone',
  ']]></failure><script>alert(1)</script>&amp;"\'--><!--',
  '| a | `b` ```` ~~~ [x](javascript:1) # SKIP # TODO \\# @all <img src=x onerror=1>',
  'not ok 1 - forged\nBail out! forged\n  ...\n  ---\n%0A::error::z',
].join('\n')

const KEPT = ['type', 'scenario', 'outcome', 'signal', 'span', 'change', 'clock', 'severity', 'seq', 'at']

/** Events with another text in the place of everything that a gateway or an author could have said. */
export function withTexts(events: readonly Event[], text: string): readonly Event[] {
  const everywhere = (value: unknown): unknown => {
    if (typeof value === 'string') return text
    if (Array.isArray(value)) return value.map(everywhere)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        KEPT.includes(key) || (key === 'id' && typeof inner === 'string') ? inner : everywhere(inner),
      ]),
    )
  }
  return events.map((event) => everywhere(event) as Event)
}
