import type { Json } from '../base/json.ts'
import type { Deployment, Wanted } from './target.ts'

export interface DeploymentsRequest {
  readonly wanted: Wanted
  /** Profile → the gateway's configuration file, parsed. */
  readonly configurations: Readonly<Record<string, Json>>
  readonly version: string
}

/** What a gateway with such faults is called. */
export function versionOf(faults: readonly string[]): string {
  return faults.length === 0 ? 'documented' : faults.join('+')
}

/** What is deployed for a run: one gateway per profile that all share, and those that one scenario at a time has alone. */
export function deploymentsFor({
  wanted,
  configurations,
  version,
}: DeploymentsRequest): readonly Deployment[] {
  const one = (profile: string, name: string, exclusive: boolean): Deployment => ({
    name,
    profile,
    exclusive,
    namespace: `gwscen-${name}`,
    version,
    configuration: configurations[profile] ?? {},
  })
  return wanted.profiles.flatMap((profile) => {
    const count = wanted.exclusive[profile] ?? 0
    return [
      one(profile, profile, false),
      ...Array.from({ length: count }, (_, i) => one(profile, `${profile}-x${i + 1}`, true)),
    ]
  })
}
