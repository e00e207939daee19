import type { Environment } from '@marcbachmann/cel-js'
import type { Duration } from '@marcbachmann/cel-js/evaluator'

import { durationOf, nanosOf, showDuration } from './durations.ts'
import { located } from './located.ts'
import type { ASTNode } from './syntax-tree.ts'
import { showTimestamp } from './values.ts'

const DURATION = 'google.protobuf.Duration'
const TIMESTAMP = 'google.protobuf.Timestamp'

/** A handler that is not declared synchronous is taken for a promise and slowed down. */
const SYNC = { async: false } as const

/** The library's typings leave out the options of an operator. */
interface OperatorRegistry {
  registerOperator(
    signature: string,
    handler: (left: never, right: never, node: ASTNode) => unknown,
    options: object,
  ): unknown
}

/** What CEL leaves out and scenarios need: ints and doubles that mix, and arithmetic of durations. */
export function registerOperators(environment: Environment): void {
  const registry = environment as unknown as OperatorRegistry
  registerMixedNumbers(registry)
  registerDurations(registry)
  environment.registerFunction(`string(${DURATION}): string`, showDuration, SYNC)
  environment.registerFunction(`string(${TIMESTAMP}): string`, showTimestamp, SYNC)
}

type Arithmetic = (a: number | bigint, b: number | bigint) => number

const MIXED: Readonly<Record<string, Arithmetic>> = {
  '+': (a, b) => Number(a) + Number(b),
  '-': (a, b) => Number(a) - Number(b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => Number(a) / Number(b),
}

function registerMixedNumbers(registry: OperatorRegistry): void {
  for (const [operator, handler] of Object.entries(MIXED)) {
    registry.registerOperator(`int ${operator} double: double`, handler, SYNC)
    registry.registerOperator(`double ${operator} int: double`, handler, SYNC)
  }
  registry.registerOperator('int == double: bool', (a: bigint, b: number) => Number(a) === b, SYNC)
}

function registerDurations(registry: OperatorRegistry): void {
  const add = (signature: string, compute: (left: never, right: never) => unknown): unknown => {
    const handler = (left: never, right: never, node: ASTNode): unknown =>
      located(() => compute(left, right), node)
    return registry.registerOperator(signature.replaceAll('D', DURATION), handler, SYNC)
  }
  add('D * int: D', times)
  add('int * D: D', (a: bigint, b: Duration) => times(b, a))
  add('D / int: D', (a: Duration, b: bigint) => durationOf(nanosOf(a) / divisor(b)))
  add('D * double: D', scaled)
  add('double * D: D', (a: number, b: Duration) => scaled(b, a))
  add('D / double: D', (a: Duration, b: number) => scaled(a, 1 / b))
  add('D / D: double', (a: Duration, b: Duration) => Number(nanosOf(a)) / Number(divisor(nanosOf(b))))
  registry.registerOperator(`-${DURATION}`, (a: Duration) => durationOf(-nanosOf(a)), SYNC)
}

function times(duration: Duration, factor: bigint): Duration {
  return durationOf(nanosOf(duration) * factor)
}

function scaled(duration: Duration, factor: number): Duration {
  const nanos = Math.round(Number(nanosOf(duration)) * factor)
  if (!Number.isFinite(nanos)) throw new Error('a duration without end')
  return durationOf(BigInt(nanos))
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new Error('division by zero')
  return value
}
