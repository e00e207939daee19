import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isObject, type Json } from '../base/json.ts'
import type { Problem } from '../base/problem.ts'
import type { Span } from '../base/span.ts'
import { suggest } from '../base/suggest.ts'
import { parseDocument, type Document } from '../document/document.ts'
import { configSchema } from './config-schema.ts'
import { fileProblem, readBelow } from './read-file.ts'
import { CONFIG_FILE, shownPath } from './roots.ts'
import { checkShape } from './shape.ts'
import { showValue } from './shape-words.ts'
import { Slips } from './slip.ts'
import { validatorOf } from './validators.ts'

/** What `gwscen.config.yaml` says. */
export interface Config {
  /** As a user would type it; absent where there is no file. */
  readonly file?: string
  /** Name of the description of the gateway. */
  readonly gateway?: string
  readonly gatewayVersion?: string
  readonly profile?: string
  readonly tags?: readonly string[]
  readonly allowedKinds: readonly string[]
  /** Profile → where its gateways run on a cluster. */
  readonly profiles?: Readonly<Record<string, ProfilePlace>>
  /** Patterns of contexts; absent: the usual ones. */
  readonly allowedContexts?: readonly string[]
  /** Flags of `run` by commander's names. */
  readonly run: Readonly<Record<string, Setting>>
}

export interface ProfilePlace {
  readonly namespace?: string
  readonly exclusive?: readonly string[]
  /** URL. */
  readonly gateway?: string
  /** URL. */
  readonly redis?: string
}

export interface Setting {
  readonly value: Json
  readonly span: Span
}

export interface ConfigFile {
  readonly config: Config
  readonly problems: readonly Problem[]
  /** The file's text, for frames. */
  readonly sources: ReadonlyMap<string, string>
}

export interface ConfigSurroundings {
  readonly descriptions: readonly string[]
  readonly profiles: readonly string[]
}

const NOTHING: Config = { allowedKinds: [], run: {} }

/** Reads the configuration of a folder or of the nearest above it. Problems are returned; no file is no problem. */
export function readConfig(cwd: string, around: ConfigSurroundings): ConfigFile {
  const path = findConfig(cwd)
  if (path === undefined) return { config: NOTHING, problems: [], sources: new Map() }
  const file = shownPath(cwd, path)
  const bytes = readBelow(dirname(path), path)
  if ('code' in bytes) return { config: NOTHING, problems: [fileProblem(file, bytes)], sources: new Map() }
  const sources = new Map([[file, bytes.toString('utf8')]])
  const parsed = parseDocument(file, bytes)
  if (!parsed.ok) return { config: NOTHING, problems: parsed.problems, sources }
  const problems = checkConfig(parsed.value, around).problems()
  const isSound = problems.every(({ severity }) => severity !== 'error')
  return { config: isSound ? configOf(parsed.value, file) : NOTHING, problems, sources }
}

function findConfig(folder: string): string | undefined {
  const path = join(folder, CONFIG_FILE)
  if (existsSync(path)) return path
  const parent = dirname(folder)
  return parent === folder ? undefined : findConfig(parent)
}

function checkConfig(document: Document, { descriptions, profiles }: ConfigSurroundings): Slips {
  const slips = new Slips(document)
  const { value } = document
  if (!isObject(value)) {
    const message = `expected a configuration, which is a map of keys, got ${showValue(value)}`
    slips.add({ code: 'WRONG_TYPE', path: [], message })
    return slips
  }
  const shape = checkShape({
    value,
    path: [],
    schema: configSchema,
    validator: validatorOf('config'),
    name: 'the configuration',
    templates: false,
  })
  slips.add(...shape)
  const { gateway, profile } = value
  const path = isObject(gateway) ? ['gateway', 'description'] : ['gateway']
  const description = isObject(gateway) ? gateway['description'] : gateway
  if (typeof description === 'string' && !descriptions.includes(description)) {
    const message = `${description}: no such description of a gateway`
    slips.add({ code: 'UNKNOWN_GATEWAY', path, message, hint: nearest(description, descriptions) })
  }
  const known = [...profiles, ...(isObject(value['profiles']) ? Object.keys(value['profiles']) : [])]
  if (typeof profile === 'string' && !known.includes(profile)) {
    const message = `${profile}: no such profile`
    slips.add({ code: 'UNKNOWN_PROFILE', path: ['profile'], message, hint: nearest(profile, known) })
  }
  return slips
}

function nearest(word: string, known: readonly string[]): string {
  const near = suggest(word, known)
  return near === undefined ? `expected one of ${known.join(', ')}` : `did you mean ${near}?`
}

/** Of a document that has been checked. */
function configOf(document: Document, file: string): Config {
  const value = document.value as {
    readonly gateway?: string | { readonly description: string; readonly version?: string }
    readonly profile?: string
    readonly tags?: readonly string[]
    readonly profiles?: Config['profiles']
    readonly allowedContexts?: readonly string[]
    readonly allow?: { readonly kinds?: readonly string[] }
    readonly run?: Readonly<Record<string, Json>>
  }
  const { gateway, profile, tags, profiles, allowedContexts, allow, run = {} } = value
  const described = typeof gateway === 'string' ? { description: gateway } : gateway
  const settings = Object.entries(run).map(
    ([key, setting]) => [key, { value: setting, span: document.span(['run', key], 'key') }] as const,
  )
  return {
    file,
    ...(described === undefined ? {} : { gateway: described.description }),
    ...(described?.version === undefined ? {} : { gatewayVersion: described.version }),
    ...(profile === undefined ? {} : { profile }),
    ...(tags === undefined ? {} : { tags }),
    ...(profiles === undefined ? {} : { profiles }),
    ...(allowedContexts === undefined ? {} : { allowedContexts }),
    allowedKinds: allow?.kinds ?? [],
    run: Object.fromEntries(settings),
  }
}
