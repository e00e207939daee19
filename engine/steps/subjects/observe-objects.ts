import { abortWithin } from '../../base/abort.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Revision } from '../../cluster/object-history.ts'
import type { KubeObject, ResourceType } from '../../cluster/types.ts'
import type { ObjectStream } from '../../cluster/watch-hub.ts'
import type { StepContext } from '../context.ts'
import { see } from '../seeing.ts'
import type { Look, Observer } from './define.ts'
import { historyClaims, judgeHistory, type HistoryClaims } from './history-claims.ts'
import { nearMiss } from './near-miss.ts'
import { claimMatchers, judgeObjects, type ObjectClaims } from './object-claims.ts'
import { inOrder, listWithVersion, selectorOf, type Selection } from './selection.ts'

/** How long the watch may lag behind the API server before its word is no proof. */
const LAG_MS = 2000

/** Objects of a type, selected and judged as an input says. */
export async function observeObjects(
  type: ResourceType,
  input: JsonObject,
  context: StepContext,
): Promise<Observer> {
  const selection = input as unknown as Selection
  const claims = input as unknown as ObjectClaims & HistoryClaims
  const stream = await context.objects(type)
  const past = context.past(type)
  const { isInPlace, differs } = selectorOf(selection, context, type)
  const isSelected = (object: KubeObject): boolean => isInPlace(object) && differs(object).length === 0
  const wasSeen = (): boolean => context.seen(type).some(({ object }) => isSelected(object))
  const matching = claimMatchers(claims, context)
  const judge = (inPlace: readonly KubeObject[]): Look => {
    const objects = inPlace.filter((object) => differs(object).length === 0)
    const others = { count: inPlace.length - objects.length, notes: () => nearMiss(inPlace, differs) }
    const look = judgeObjects(objects, { claims, matching, wasSeen, context, kind: type.kind, others })
    return withHistory(look, judgeHistory(objects, claims, { past, context }))
  }
  const asksForPast = historyClaims.some((claim) => claim in input)
  const { holes } = stream
  const look = (): Promise<Look> => Promise.resolve(judge(inOrder(stream.current().filter(isInPlace))))
  let listed: readonly KubeObject[] = []
  return {
    look,
    confirm: async () => {
      const { objects, version } = await listWithVersion(type, selection, context)
      listed = objects
      if (asksForPast) await caughtUp(objects, stream, context)
      return { ...judge(objects), version }
    },
    states: (seen) =>
      stream.subscribe((revision) => {
        if (isInPlace(revision.object)) seen({ look: () => see(look), version: versionOf(revision) })
      }),
    caughtUp: () => caughtUp(listed, stream, context),
    missed: () => missedBy(stream, { type, holes }),
  }
}

/** Of what was made up from a list nobody knows when it was, nor what was beside it. */
function versionOf({ object, listed }: Revision): number {
  return listed === true ? Number.NEGATIVE_INFINITY : Number(object.metadata.resourceVersion)
}

/** Why changes may have gone by unseen since a stream had so many holes; undefined when none has. */
export function missedBy(
  stream: ObjectStream,
  since: { readonly type: ResourceType; readonly holes: number },
): string | undefined {
  const { plural } = since.type
  if (stream.holes > since.holes)
    return `the watch of ${plural} had to begin anew, so states in between may not have been seen`
  if (stream.downSince === undefined) return undefined
  return `the watch of ${plural} is not open (${stream.lastError ?? 'it is being opened again'}), so changes may not have been seen`
}

function withHistory(look: Look, { certain, open, doubt }: ReturnType<typeof judgeHistory>): Look {
  const isCertain = look.mismatches.length + certain.length > 0
  const mismatches = [...look.mismatches, ...certain, ...open]
  if (mismatches.length === look.mismatches.length && doubt === undefined) return look
  const whole = { ...look, ok: false, mismatches, summary: summaryOf(look, [...certain, ...open].length) }
  return isCertain || doubt === undefined ? whole : { ...whole, unseen: doubt }
}

function summaryOf({ summary }: Look, differing: number): string {
  const what = differing === 1 ? 'its past is' : 'their past is'
  return differing === 0 ? summary : `${summary}, and ${what} not as expected`
}

/** The states up to what was listed must have come in before anything is said of them. */
async function caughtUp(
  objects: readonly KubeObject[],
  stream: ObjectStream,
  { clock, signal }: StepContext,
): Promise<void> {
  const deadline = clock.now() + LAG_MS
  const stop = abortWithin(signal)
  const late = clock.sleep(LAG_MS, stop.signal)
  late.catch(() => undefined)
  try {
    while (objects.some((object) => isAhead(object, stream)) && clock.now() < deadline) {
      signal.throwIfAborted()
      let unsubscribe = (): void => undefined
      const changed = new Promise<void>((resolve) => (unsubscribe = stream.subscribe(() => resolve())))
      await Promise.race([changed, late]).finally(() => unsubscribe())
    }
  } finally {
    stop.abort()
  }
}

/** Whether the API server knows a later state than the watch has told of. */
function isAhead({ metadata }: KubeObject, stream: ObjectStream): boolean {
  const { namespace, name, uid } = metadata
  const query = uid === undefined ? { ...(namespace === undefined ? {} : { namespace }), name } : { uid }
  const told = stream.revisions(query).at(-1)?.object.metadata.resourceVersion
  return told === undefined || Number(told) < Number(metadata.resourceVersion)
}
