/** What a run prints, without what differs from machine to machine and from run to run; finished scenarios sorted. */
export function normalised(text: string): string {
  const lines = text
    .replaceAll(/(?:^ {4}\d\d:\d\d:\d\d\.\d{3} [a-z]+ .*\n)+/gm, '    LOG\n')
    .replaceAll(/created just now \(/g, 'created 1s ago (')
    // What a slow machine says besides.
    .replaceAll(/^(?:SLOW .*|\d+ of \d+ scenarios? done, \d+ running)\n/gm, '')
    .replaceAll(/ SLOW, usually \S+$/gm, '')
    .replaceAll(/\b\d+(\.\d+)?(ms|s)\b/g, 'TIME')
    .replaceAll(/^\d+ threads? × \d+ lanes? \([^)]*\)/gm, 'WIDTH')
    .replaceAll(/seed [0-9a-f]{8}/g, 'seed SEED')
    .replaceAll(/· (?:js-)?redis-server [^·]*? ·/g, '· REDIS ·')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replaceAll(/\brr-[0-9a-f]{12}-\d+/g, 'rr-NAME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'MOMENT')
    .replaceAll(/, thread \d+\)/g, ', thread N)')
    .replaceAll(/threads busy \d+%/g, 'threads busy N%')
    .replaceAll(/(\d+\.\d+|\d+) times the floor/g, 'N times the floor')
    .replaceAll(/-[a-z0-9]{8}\b/g, '-UNIQUE')
    .replaceAll(/^(makespan|slowest) .*$/gm, '$1 …')
    .split('\n')
  const finished = lines.filter((line) => line.startsWith('✓')).sort()
  const first = lines.findIndex((line) => line.startsWith('✓'))
  const others = lines.filter((line) => !line.startsWith('✓'))
  return [...others.slice(0, Math.max(first, 0)), ...finished, ...others.slice(Math.max(first, 0))].join('\n')
}
