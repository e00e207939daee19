import { cluster } from './cluster.bench.ts'
import { footer } from './footer.bench.ts'
import { html } from './html.bench.ts'
import { gateway } from './gateway.bench.ts'
import { latency } from './latency.bench.ts'
import { makespan } from './makespan.bench.ts'
import type { Bench } from './row.ts'
import { scale } from './scale.bench.ts'
import { start } from './start.bench.ts'
import { step } from './step.bench.ts'
import { validate } from './validate.bench.ts'
import { virtual } from './virtual.bench.ts'
import { waiting } from './waiting.bench.ts'

/** Every bench by the name it is called with. A new one is a file and a line here. */
export const benches = {
  cluster,
  footer,
  gateway,
  html,
  latency,
  makespan,
  scale,
  start,
  step,
  validate,
  virtual,
  waiting,
} as const satisfies Readonly<Record<string, Bench>>

export type BenchName = keyof typeof benches
