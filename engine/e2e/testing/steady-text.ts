/** What differs from run to run in the text of a failure, and what stands there instead. */
const UNSTEADY: readonly (readonly [RegExp, string])[] = [
  // The head of a scenario: how long it took, and in which thread.
  [/ \([\d.a-z ]+, thread \d+\)/g, ''],
  // Moments; those that examples write down are of 2025.
  [/20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2026-01-01T12:00:00Z'],
  [/(rr-[0-9a-f]{12})-\d{10}/g, '$1-1767268800'],
  [/gw-[a-z0-9]{16}/g, 'gw-0123456789abcdef'],
  [/created (?:just now|[\d.hms]+ ago) \(/g, 'created 1s ago ('],
  [/looked \d+ times?/g, 'looked 3 times'],
  [/\b[\d.]+(?:ms|s|m[\d.]*s?) (ago|into)\b/g, '120ms $1'],
  [/(no longer after) [\d.]+m?s/g, '$1 120ms'],
  [/(last exchange \(.*), [\d.]+m?s\)/g, '$1, 2ms)'],
  [/[\d.]+( ?)s to live/g, '2$1s to live'],
  // What the gateway logged: which lines they are depends on what it has cached.
  [
    /^( {2}the gateway wrote)(?: \(\d+ of \d+ lines\))?(:\n)(?: {4}.*\n)+/gm,
    '$1$2    {"request_id":"gw-0123456789abcdef", …}\n',
  ],
  [/\(of \d+ bytes/g, '(of 16384 bytes'],
  [/"ttl":[\d.]+/g, '"ttl":2'],
]

/** The text as it would be in any other run. */
export function steadyText(text: string): string {
  return UNSTEADY.reduce((steady, [pattern, instead]) => steady.replace(pattern, instead), text)
}
