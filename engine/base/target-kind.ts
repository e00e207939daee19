/** What scenarios can run against. */
export const targetKinds = ['embedded', 'kind', 'cluster', 'urls'] as const

export type TargetKind = (typeof targetKinds)[number]
