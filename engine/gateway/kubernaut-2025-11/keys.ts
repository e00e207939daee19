import { textAt, type JsonObject } from '../../base/json.ts'
import type { KeyDescription } from '../description.ts'

/** The program of that day keeps its storm keys by alert name alone. */
const SHARED_STORM_KEYS = ['kubernaut-2025-11-24']

/** Names of Redis keys, by the version of the gateway that writes them. */
export const keyNames = {
  dedup: (fingerprint: string) => `gateway:dedup:fingerprint:${fingerprint}`,
  lock: (fingerprint: string) => `gateway:dedup:lock:${fingerprint}`,
  buffer: (namespace: string, alert: string) => `alert:buffer:${namespace}:${alert}`,
  window: (namespace: string, alert: string, version: string) =>
    `alert:storm:aggregate:${scope(namespace, alert, version)}`,
  rate: (namespace: string, alert: string, version: string) =>
    `alert:storm:rate:${scope(namespace, alert, version)}`,
  pattern: (namespace: string, alert: string, version: string) =>
    `alert:pattern:${scope(namespace, alert, version)}`,
  limit: (address: string) => `ratelimit:${address}`,
  windowResources: (windowId: string) => `alert:storm:resources:${windowId}`,
  windowMetadata: (windowId: string) => `alert:storm:metadata:${windowId}`,
} as const

function scope(namespace: string, alert: string, version: string): string {
  return SHARED_STORM_KEYS.includes(version) ? alert : `${namespace}:${alert}`
}

function byAlert(
  summary: string,
  example: string,
  key: (namespace: string, alert: string, version: string) => string,
): KeyDescription {
  return {
    summary,
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['namespace', 'alert'],
      properties: {
        namespace: { type: 'string', description: 'The namespace of the alert.' },
        alert: { type: 'string', description: 'The alert name, or the reason of an event.' },
      },
    },
    examples: [`${example}: { namespace: "\${ns.app}", alert: "\${vars.alert}" }`],
    key: (input, version) => key(text(input, 'namespace'), text(input, 'alert'), version),
  }
}

function byFingerprint(
  summary: string,
  example: string,
  key: (fingerprint: string) => string,
): KeyDescription {
  return {
    summary,
    schema: {
      type: 'object',
      additionalProperties: false,
      required: ['fingerprint'],
      properties: { fingerprint: { type: 'string', description: 'From a reply, or by `fingerprint()`.' } },
    },
    examples: [`${example}: { fingerprint: "\${first.first.body.fingerprint}" }`],
    key: (input) => key(text(input, 'fingerprint')),
  }
}

function text(input: JsonObject, name: string): string {
  return textAt(input, name) ?? ''
}

/** The keys that scenarios name. */
export const keys: Readonly<Record<string, KeyDescription>> = {
  window: byAlert(
    'The open storm window of an alert; its value is the window id.',
    'window',
    keyNames.window,
  ),
  buffer: byAlert('Alerts that wait for a storm to begin.', 'buffer', keyNames.buffer),
  rate: byAlert('How often an alert came within its rate memory.', 'rate', keyNames.rate),
  pattern: byAlert('The resources an alert named within its pattern memory.', 'pattern', keyNames.pattern),
  dedup: byFingerprint('What is remembered of an object for deduplication.', 'dedup', keyNames.dedup),
  lock: byFingerprint('Held while a first alert is being turned into an object.', 'lock', keyNames.lock),
}
