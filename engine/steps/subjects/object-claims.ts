import type { Mismatch } from '../../base/failure.ts'
import { formatDuration } from '../../base/duration.ts'
import { valueAt, type JsonObject } from '../../base/json.ts'
import type { KubeObject } from '../../cluster/types.ts'
import type { StepContext } from '../context.ts'
import { matcherOf, under, type Matcher } from '../matching.ts'
import { neverSeen, type Look } from './define.ts'
import { closestOf, titleOf } from './near-miss.ts'

/** What a step says of the objects it selects. All but `absent`, `gone` and `unique` are matchers. */
export interface ObjectClaims {
  readonly count?: unknown
  readonly each?: unknown
  readonly any?: unknown
  readonly none?: unknown
  readonly first?: unknown
  readonly last?: unknown
  readonly metadata?: unknown
  readonly spec?: unknown
  readonly status?: unknown
  readonly absent?: true
  readonly gone?: true
  readonly unique?: string
}

/** The matchers of a step's claims, each compiled once; `fields` is for metadata, spec and status together. */
export type ClaimMatchers = (claim: keyof ObjectClaims | 'fields') => Matcher

export function claimMatchers(claims: ObjectClaims, context: StepContext): ClaimMatchers {
  const known = new Map<string, Matcher>()
  return (claim) => {
    const made =
      known.get(claim) ??
      (claim === 'fields'
        ? matcherOf(fieldClaims(claims), context)
        : matcherOf(claims[claim], context, [claim]))
    known.set(claim, made)
    return made
  }
}

export interface Claimed {
  readonly claims: ObjectClaims
  readonly matching: ClaimMatchers
  readonly kind: string
  /** Whether this attempt has seen a selected object. */
  readonly wasSeen: () => boolean
  readonly context: StepContext
  /** What is there and not selected. */
  readonly others: { readonly count: number; readonly notes: () => readonly string[] }
}

const FIELDS = ['metadata', 'spec', 'status'] as const
const LISTED = 5

/** Holds the selected objects against every claim; all that differs is told. */
export function judgeObjects(objects: readonly KubeObject[], claimed: Claimed): Look {
  const { claims, kind } = claimed
  const mismatches =
    claims.absent === true || claims.gone === true ? absence(objects, claimed) : presence(objects, claimed)
  const there = countOf(kind, objects.length, claimed.others.count)
  const ok = mismatches.length === 0
  return {
    ok,
    mismatches,
    summary:
      ok || objects.length === 0
        ? there
        : `${there}, but ${mismatches.length === 1 ? 'one thing is' : `${mismatches.length} things are`} not as expected`,
    notes: [
      ...objects.slice(0, LISTED).map((object) => thereIs(object, claimed.context)),
      ...(objects.length > LISTED ? [`and ${objects.length - LISTED} more`] : []),
      ...(ok ? [] : closestToAny(objects, claimed)),
      ...(ok || objects.length > 0 ? [] : claimed.others.notes()),
    ],
    ...(claims.absent === true && !claimed.wasSeen() ? { warning: neverSeen(kind) } : {}),
    result: {
      objects: objects as unknown as JsonObject[],
      ...(objects.length === 1 ? { object: objects[0] as unknown as JsonObject } : {}),
      at: claimed.context.clock.wall(),
    },
  }
}

/** `no Widget is there`, `2 Widgets are there`, `none of 3 Widgets is selected`. */
function countOf(kind: string, count: number, others: number): string {
  const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}${kind.endsWith('s') ? 'es' : 's'}`
  if (count > 1) return `${count} ${plural} are there`
  if (count === 1) return `1 ${kind} is there`
  if (others === 0) return `no ${kind} is there`
  return others === 1 ? `1 ${kind} is there, and not selected` : `none of ${others} ${plural} is selected`
}

/** With the age, which Kubernetes knows to the second. */
function thereIs(object: KubeObject, { clock }: StepContext): string {
  const { creationTimestamp } = object.metadata
  if (creationTimestamp === undefined) return `there: ${titleOf(object)}`
  const seconds = Math.max(
    0,
    Math.floor(clock.wall() / 1000) - Math.floor(Date.parse(creationTimestamp) / 1000),
  )
  const age = seconds === 0 ? 'just now' : `${formatDuration(seconds * 1000)} ago`
  return `there: ${titleOf(object)}, created ${age} (${creationTimestamp})`
}

/** Which object the differences below `any` are of. */
function closestToAny(objects: readonly KubeObject[], { claims, matching }: Claimed): readonly string[] {
  if (claims.any === undefined || objects.length < 2) return []
  const closest = closestOf(objects, matching('any'))
  return closest === undefined || closest.mismatches.length === 0
    ? []
    : [`closest to any: ${titleOf(closest.candidate)}`]
}

function absence(objects: readonly KubeObject[], { claims, wasSeen }: Claimed): readonly Mismatch[] {
  const key = claims.gone === true ? 'gone' : 'absent'
  if (objects.length > 0)
    return [{ path: key, expected: 'no object', actual: objects.map(({ metadata }) => metadata.name) }]
  if (claims.gone === true && !wasSeen()) {
    return [{ path: 'gone', expected: 'an object that was there before', actual: 'none was ever seen' }]
  }
  return []
}

function presence(objects: readonly KubeObject[], claimed: Claimed): readonly Mismatch[] {
  const { claims, matching } = claimed
  const fields = fieldClaims(claims)
  const quantified = ['each', 'any', 'first', 'last'].some((key) => key in claims)
  const bare = claims.count === undefined && claims.none === undefined && claims.unique === undefined
  const someExpected = quantified || (bare && fields === undefined)
  return [
    ...(claims.count === undefined ? [] : under('count', matching('count')(objects.length))),
    ...(someExpected && objects.length === 0 ? [none(claims)] : []),
    ...(fields === undefined ? [] : ofTheOnly(objects, fields, claimed)),
    ...(claims.each === undefined
      ? []
      : objects.flatMap((object) => eachOne(object, objects.length > 1, claimed))),
    ...(claims.any === undefined || objects.length === 0 ? [] : anyOf(objects, claimed)),
    ...(claims.none === undefined ? [] : noneOf(objects, claimed)),
    ...(claims.first === undefined || objects.length === 0
      ? []
      : under('first', matching('first')(objects[0]))),
    ...(claims.last === undefined || objects.length === 0
      ? []
      : under('last', matching('last')(objects.at(-1)))),
    ...(claims.unique === undefined ? [] : uniqueness(objects, claims.unique)),
  ]
}

function none(claims: ObjectClaims): Mismatch {
  const key = Object.keys(claims).find((name) => ['each', 'any', 'first', 'last'].includes(name)) ?? 'crd'
  return { path: key, expected: 'at least one object', actual: 'none' }
}

function fieldClaims(claims: ObjectClaims): JsonObject | undefined {
  const given = FIELDS.filter((field) => field in claims)
  if (given.length === 0) return undefined
  return Object.fromEntries(given.map((field) => [field, claims[field]])) as JsonObject
}

function ofTheOnly(
  objects: readonly KubeObject[],
  fields: JsonObject,
  claimed: Claimed,
): readonly Mismatch[] {
  const [object] = objects
  if (object !== undefined && objects.length === 1) return claimed.matching('fields')(object)
  const field = Object.keys(fields)[0] ?? 'spec'
  const names = objects.map(({ metadata }) => metadata.name)
  return [{ path: field, expected: 'exactly one object', actual: names.length === 0 ? 'none' : names }]
}

function anyOf(objects: readonly KubeObject[], { matching }: Claimed): readonly Mismatch[] {
  return under('any', closestOf(objects, matching('any'))?.mismatches ?? [])
}

function noneOf(objects: readonly KubeObject[], { matching }: Claimed): readonly Mismatch[] {
  const check = matching('none')
  return objects
    .filter((object) => check(object).length === 0)
    .map(({ metadata }) => ({ path: 'none', expected: 'no such object', actual: metadata.name }))
}

function uniqueness(objects: readonly KubeObject[], path: string): readonly Mismatch[] {
  const values = objects.map((object) => JSON.stringify(valueAt(object, path.split('.')) ?? null))
  const repeated = values.filter((value, index) => values.indexOf(value) !== index)
  return repeated.length === 0
    ? []
    : [{ path: 'unique', expected: `${path} differs in every object`, actual: [...new Set(repeated)] }]
}

function eachOne(object: KubeObject, isOneOfMany: boolean, { matching }: Claimed): readonly Mismatch[] {
  const mismatches = under('each', matching('each')(object))
  if (!isOneOfMany) return mismatches
  return mismatches.map((mismatch) => ({
    ...mismatch,
    expected: `${mismatch.expected} (of ${object.metadata.name})`,
  }))
}
