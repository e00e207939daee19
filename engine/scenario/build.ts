import { parseDuration } from '../base/duration.ts'
import { isObject, type Json, type JsonObject } from '../base/json.ts'
import { pathText, type Path, type Span } from '../base/span.ts'
import type { Document } from '../document/document.ts'
import { casesOf, type Case } from './expand.ts'
import { verbs } from './grammar.ts'
import { signalLocks } from './locks.ts'
import type { Binding, KnownGap, NamespaceWish, Requirement, Scenario, Step } from './scenario.ts'
import type { Surroundings } from './surroundings.ts'
import { stepsIn } from './steps-in.ts'
import type { UsedTemplates } from './template-library.ts'
import { valueSpans } from './value-spans.ts'

export interface Build {
  readonly id: string
  readonly around: Surroundings
  /** Only the cases on these lines; empty = all. */
  readonly lines: readonly number[]
  /** Templates that the file uses. */
  readonly used?: Pick<UsedTemplates, 'uses' | 'scripts'>
}

/** Of attempts whose file says nothing else. */
export const TIMEOUT_MS = 60_000

/** The scenarios of a file that passed every check. */
export function buildScenarios(document: Document, build: Build): readonly Scenario[] {
  const file = document.value as FileValue
  const spans = valueSpans(document, ['vars', 'skip', 'steps', 'finally', 'onFailure'])
  return wantedCases(casesOf(file), build.lines, document).map((each) =>
    scenarioOf({ document, file, spans, each, build }),
  )
}

/** A file whose shape was checked. */
interface FileValue {
  readonly [key: string]: unknown
  readonly name: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly covers?: readonly string[]
  readonly owner?: string
  readonly gateway?: string | { readonly profile: string; readonly exclusive?: boolean }
  readonly requires?: readonly Requirement[]
  readonly namespaces?: readonly string[] | Readonly<Record<string, Partial<NamespaceWish> | null>>
  readonly env?: readonly string[]
  readonly vars?: JsonObject
  readonly locks?: readonly string[]
  readonly serial?: boolean
  readonly timeout?: string
  readonly retries?: number
  readonly skip?: { readonly if?: string | boolean; readonly reason: string }
  readonly quarantine?: { readonly owner: string; readonly issue: string; readonly until: string }
  readonly knownGap?: Omit<KnownGap, 'sometimes'> & { readonly sometimes?: boolean }
  readonly ledger?: { readonly off: string }
  readonly smoke?: boolean
  readonly steps: readonly JsonObject[]
  readonly finally?: readonly JsonObject[]
  readonly onFailure?: readonly JsonObject[]
}

interface Parts {
  readonly document: Document
  readonly file: FileValue
  readonly spans: Readonly<Record<string, Span>>
  readonly each: Case
  readonly build: Build
}

function scenarioOf({ document, file, spans, each, build }: Parts): Scenario {
  const { gateway = build.around.profile } = file
  const named = isObject(gateway) ? gateway['profile'] : gateway
  const profile = named === 'none' ? undefined : named
  const { description, owner, skip, quarantine, knownGap, ledger } = file
  const implied =
    profile === undefined
      ? []
      : signalLocks({
          file,
          profile,
          values: each.values ?? {},
          description: build.around.described.description,
          ...templatesOf(build.used),
        })
  return {
    id: each.label === undefined ? build.id : `${build.id}[${each.label}]`,
    name: file.name,
    ...(description === undefined ? {} : { description }),
    file: document.file,
    line: document.span(each.row ?? ['name'], each.row === undefined ? 'key' : 'value').line,
    tags: file.tags ?? [],
    covers: file.covers ?? [],
    ...(owner === undefined ? {} : { owner }),
    ...(profile === undefined ? {} : { profile }),
    exclusive: isObject(gateway) && gateway['exclusive'] === true,
    requires: requirementsOf(file),
    namespaces: namespacesOf(file.namespaces),
    env: file.env ?? [],
    vars: bindingsOf(file.vars),
    ...(each.values === undefined ? {} : { case: each.values }),
    locks: [...(file.locks ?? []), ...implied],
    serial: file.serial ?? false,
    timeoutMs: parseDuration(file.timeout ?? '') ?? TIMEOUT_MS,
    retries: file.retries ?? 0,
    ...(skip === undefined ? {} : { skip: { reason: skip.reason, ...condition(skip.if) } }),
    ...(quarantine === undefined ? {} : { quarantine }),
    ...(knownGap === undefined ? {} : { knownGap: { sometimes: false, ...knownGap } }),
    ...(ledger === undefined ? {} : { ledgerOff: ledger.off }),
    smoke: file.smoke ?? false,
    ...listsOf(file, document),
    spans,
    ...templatesOf(build.used),
  }
}

/** Nothing for the many files that use none. */
function templatesOf(used: Build['used']): Pick<Scenario, 'uses' | 'templates'> {
  if (used === undefined || used.scripts.size === 0) return {}
  const { uses, scripts } = used
  const templates = [...scripts].map(([file, { template }]) => [file, template] as const)
  return { uses, templates: Object.fromEntries(templates) }
}

function listsOf(file: FileValue, document: Document): Pick<Scenario, 'steps' | 'finally' | 'onFailure'> {
  const list = (name: 'steps' | 'finally' | 'onFailure'): readonly Step[] =>
    (file[name] ?? []).map((step, index) => stepOf(step, [name, index], document))
  return { steps: list('steps'), finally: list('finally'), onFailure: list('onFailure') }
}

function stepOf(step: JsonObject, path: Path, document: Document): Step {
  const verb = Object.keys(step).find((key) => verbs.has(key)) ?? ''
  const { name, as, timeout } = step as {
    readonly name?: string
    readonly as?: string
    readonly timeout?: string
  }
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout)
  return {
    path: pathText(path),
    verb,
    input: step[verb] ?? null,
    ...(name === undefined ? {} : { name }),
    ...(as === undefined ? {} : { as }),
    ...condition(step['if']),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    span: document.span([...path, verb], 'key'),
  }
}

/** A condition as a template, also where it is written as plain true or false. */
function condition(value: Json | undefined): { readonly if?: string } {
  if (value === undefined) return {}
  return { if: typeof value === 'string' ? value : `\${${JSON.stringify(value)}}` }
}

/** A fault needs a target that can make one. */
function requirementsOf(file: FileValue): readonly Requirement[] {
  const steps = [file.steps, file.finally, file.onFailure].flatMap((list) => stepsIn(list, []))
  const implied: readonly Requirement[] = steps.some(({ step }) => 'fault' in step) ? ['faults'] : []
  return [...new Set([...(file.requires ?? []), ...implied])]
}

function namespacesOf(value: FileValue['namespaces']): readonly NamespaceWish[] {
  if (value === undefined) return []
  const wishes = isObject(value) ? Object.entries(value) : value.map((name) => [name, null] as const)
  return wishes.map(([name, wish]) => ({
    name,
    labels: {},
    annotations: {},
    create: true,
    ...wish,
  }))
}

function bindingsOf(vars: JsonObject | undefined): readonly Binding[] {
  return Object.entries(vars ?? {}).map(([name, value]) => ({ name, value }))
}

function wantedCases(cases: readonly Case[], lines: readonly number[], document: Document): readonly Case[] {
  const onLines = cases.filter(({ row }) => {
    if (row === undefined) return false
    const { line, start, end } = document.span(row)
    const last = line + document.text.slice(start, end).split('\n').length - 1
    return lines.some((wanted) => wanted >= line && wanted <= last)
  })
  return onLines.length === 0 ? cases : onLines
}
