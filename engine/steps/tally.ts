import { Failed, type Mismatch } from '../base/failure.ts'
import type { StepContext } from './context.ts'
import { matcherOf } from './matching.ts'
import type { Answer } from './gateway-port.ts'

/** How often each status came; `transport` counts requests without a response. */
export function tallyOf(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const tally: Record<string, number> = {}
  for (const { reply } of answers) {
    const bucket = reply === undefined ? 'transport' : String(reply.status)
    tally[bucket] = (tally[bucket] ?? 0) + 1
  }
  return tally
}

/** Every bucket that is named must match, and no other may have come unless `other: true`. */
export function checkTally(
  wanted: Readonly<Record<string, unknown>>,
  tally: Readonly<Record<string, number>>,
  context: StepContext,
): void {
  const { other, ...buckets } = wanted
  const named = Object.entries(buckets).flatMap(([bucket, matcher]) =>
    mismatchOf(bucket, matcher, tally[bucket] ?? 0, context),
  )
  const strays = Object.entries(tally)
    .filter(([bucket]) => other !== true && !(bucket in buckets))
    .map(([bucket, actual]): Mismatch => ({ path: bucket, expected: 'none', actual }))
  const mismatches = [...named, ...strays]
  if (mismatches.length === 0) return
  const came = Object.entries(tally).map(([bucket, count]) => `${count} × ${bucket}`)
  throw new Failed({
    code: 'TALLY',
    message: `the responses were ${came.join(', ')}`,
    span: context.span('tally'),
    mismatches,
  })
}

function mismatchOf(
  bucket: string,
  matcher: unknown,
  count: number,
  context: StepContext,
): readonly Mismatch[] {
  return matcherOf(matcher, context, ['tally', bucket])(count).map((mismatch) => ({
    ...mismatch,
    path: bucket,
  }))
}
