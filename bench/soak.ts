// What takes too long for a test: `npm run soak -- <name> [arguments]`; `npm run soak` runs all of them.
const SOAKS: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<boolean>>>> = {
  concurrency: async () => (await import('./soak-concurrency.ts')).soakConcurrency,
  suite: async () => (await import('./soak-suite.ts')).soakSuite,
  seeds: async () => (await import('./soak-seeds.ts')).soakSeeds,
  canonical: async () => (await import('./soak-canonical.ts')).soakCanonical,
  clocks: async () => (await import('./soak-clocks.ts')).soakClocks,
  race: async () => (await import('./soak-race.ts')).soakRace,
  kill: async () => (await import('./soak-kill.ts')).soakKill,
  cluster: async () => (await import('./soak-cluster/soak-cluster.ts')).soakCluster,
}

const [wanted, ...rest] = process.argv.slice(2)
const names = wanted === undefined ? Object.keys(SOAKS) : [wanted]
for (const name of names) {
  const load = SOAKS[name]
  if (load === undefined) {
    process.stderr.write(`no soak ${name}; there are ${Object.keys(SOAKS).join(', ')}\n`)
    process.exitCode = 2
  } else if (!(await (await load())(rest))) process.exitCode = 1
}
