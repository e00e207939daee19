import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A scenario of the soak, and what is known of it beforehand. */
export interface Soaked {
  readonly file: string
  /** What its text comes to on a gateway that works. */
  readonly right: 'passed' | 'failed'
  /** How many requests each of its steps sends, by path. */
  readonly sends: Readonly<Record<string, number>>
}

interface Shape {
  readonly right: Soaked['right']
  readonly sends: Soaked['sends']
  readonly steps: string
}

const alert = (index: number, pod: string): string =>
  `alert: { name: Soak${index}, severity: critical, namespace: "\${ns.app}", pod: ${pod} }`

/**
 * All of them are right at any speed: none has a window, a life of a key or a number of seconds to meet. They wait more
 * than they do, so that many can be in flight on two CPUs.
 */
const SHAPES: readonly ((index: number) => Shape)[] = [
  (index) => ({
    right: 'passed',
    sends: { 'steps.0': 1, 'steps.2': 1 },
    steps: `  - send: { ${alert(index, 'api-1')}, expect: { status: 201 } }
  - wait: 9s
  - send: { ${alert(index, 'api-1')}, expect: { status: 202 } }
  - expect:
      crd: RemediationRequest
      namespace: "\${ns.app}"
      count: 1
      each: { spec: { deduplication: { occurrenceCount: 2 } } }
`,
  }),
  (index) => ({
    right: 'passed',
    sends: { 'steps.0': 3 },
    steps: `  - send: { ${alert(index, '"api-${i}"')}, times: 3, every: 6s, expect: { status: 201 } }
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 3, unique: spec.signalFingerprint }
`,
  }),
  (index) => ({
    right: 'passed',
    sends: { 'steps.0': 1, 'steps.2': 4 },
    steps: `  - send: { ${alert(index, 'api-1')}, expect: { status: 201 } }
  - wait: 9s
  - send: { ${alert(index, 'api-1')}, times: 4, together: true, tally: { '202': 4 } }
  - expect:
      crd: RemediationRequest
      namespace: "\${ns.app}"
      spec: { deduplication: { occurrenceCount: 5 } }
  - stays: { crd: RemediationRequest, namespace: "\${ns.app}", count: 1, for: 1s }
`,
  }),
]

/** It is about something that is not so: a fault must not excuse it. */
const wrongShape = (index: number): Shape => ({
  right: 'failed',
  sends: { 'steps.0': 1 },
  steps: `  - send: { ${alert(index, 'api-1')}, expect: { status: 201 } }
  - wait: 9s
  - expect: { crd: RemediationRequest, namespace: "\${ns.app}", count: 2 }
`,
})

/** Writes so many scenarios into a folder; every sixteenth must fail. */
export function writeScenarios(folder: string, count: number): ReadonlyMap<string, Soaked> {
  mkdirSync(folder, { recursive: true })
  const all = Array.from({ length: count }, (_, index): [string, Soaked] => {
    const make = index % 16 === 7 ? wrongShape : SHAPES[index % SHAPES.length]
    const { right, sends, steps } = (make ?? wrongShape)(index)
    const file = join(folder, `soak-${index}.yaml`)
    const head = `name: Soak ${index}\ngateway: dedup\nnamespaces: [app]\ntimeout: 120s\nsteps:\n`
    writeFileSync(file, head + steps)
    return [`Soak ${index}`, { file, right, sends }]
  })
  return new Map(all)
}
