import { stringify } from 'yaml'

import { composeAll, isEmpty } from './compose.ts'
import { decode } from './decode.ts'
import { plainLimits } from './limits.ts'
import { Lines } from './lines.ts'
import { survey } from './survey.ts'
import { explainSyntax } from './syntax.ts'
import { TreeBuilder, type Finding } from './tree.ts'

/**
 * Every document of a configuration or manifest, as plain data; empty ones are left out.
 * Throws an Error that begins with `line:col` for the first thing that is wrong.
 */
export function parsePlain(source: string | Uint8Array): unknown[] {
  const decoded = decode(source, plainLimits.bytes)
  if (!('text' in decoded)) throw new Error(`1:1: ${decoded.message}`)
  const { text } = decoded
  const surveyed = survey(text, plainLimits)
  const { excess } = surveyed
  if (excess !== undefined) refuse(text, { ...excess, start: excess.offset, end: excess.offset })
  const documents = composeAll(text, surveyed)
  const wrong = documents.flatMap((document) => [...document.errors, ...document.warnings])
  for (const finding of explainSyntax(wrong, text, surveyed)) refuse(text, finding)
  return documents
    .filter((document) => !isEmpty(document))
    .map((document) => valueOf(document.contents, text))
}

/** Plain data as YAML in block style, for printing objects in reports. Long texts are not folded. */
export function formatYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

function valueOf(contents: unknown, text: string): unknown {
  const builder = new TreeBuilder({ nodes: plainLimits.nodes, rounds: true })
  const { value } = builder.build(contents)
  for (const finding of builder.findings) refuse(text, finding)
  return value
}

function refuse(text: string, { start, end, message }: Finding): never {
  const { line, col } = new Lines('', text).span(start, end)
  throw new Error(`${line}:${col}: ${message}`)
}
