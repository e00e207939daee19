export interface Limits {
  readonly bytes: number
  readonly levels: number
  /** Values, aliases written out. */
  readonly nodes: number
  readonly aliases: number
}

/** What a scenario file may hold (`language.md` §9). Checked before anything is built from it. */
export const scenarioLimits: Limits = { bytes: 1024 * 1024, levels: 64, nodes: 20_000, aliases: 100 }

/** What a configuration or manifest may hold: generated CRDs are long, but no deeper. */
export const plainLimits: Limits = { bytes: 8 * 1024 * 1024, levels: 100, nodes: 500_000, aliases: 1000 }
