import { isObject, type Json, type JsonObject } from '../../base/json.ts'
import type { ReadSignals } from '../description.ts'
import { RESOURCE_LABELS } from './resource-labels.ts'

/** Labels that `alert:` has keys for, by those keys. */
const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  ['severity', 'namespace', ...RESOURCE_LABELS].map((label) => [label, label]),
)

class Wrong extends Error {
  readonly at: string

  constructor(at: string, message: string) {
    super(message)
    this.at = at
  }
}

/** Alerts of a webhook body of Alertmanager (version 4), as `alert:` takes them. */
export function readWebhook(body: Json): ReadSignals {
  try {
    const { alerts } = objectAt(body, '')
    if (!Array.isArray(alerts)) throw new Wrong('alerts', `expected a list of alerts, got ${shown(alerts)}`)
    if (alerts.length === 0) throw new Wrong('alerts', 'there is none in the list')
    const inputs = (alerts as readonly Json[]).map((alert, index) => readAlert(alert, `alerts[${index}]`))
    return { inputs, preset: (body as JsonObject)['version'] === '4' ? 'full' : 'timestamped' }
  } catch (error) {
    if (error instanceof Wrong) return { wrong: { at: error.at, message: error.message } }
    throw error
  }
}

function readAlert(value: Json, at: string): JsonObject {
  const alert = objectAt(value, at)
  const { alertname, ...labels } = textsAt(alert['labels'], `${at}.labels`)
  if (alertname === undefined || alertname === '')
    throw new Wrong(`${at}.labels.alertname`, 'an alert needs a name')
  const own = Object.entries(labels).filter(([name]) => Object.hasOwn(KEYS, name))
  const others = Object.entries(labels).filter(([name]) => !Object.hasOwn(KEYS, name))
  const annotations =
    alert['annotations'] === undefined ? {} : textsAt(alert['annotations'], `${at}.annotations`)
  const { status = 'firing' } = alert
  if (status !== 'firing' && status !== 'resolved')
    throw new Wrong(`${at}.status`, `expected firing or resolved, got ${shown(status)}`)
  return {
    name: alertname,
    ...Object.fromEntries(own),
    ...(others.length === 0 ? {} : { labels: Object.fromEntries(others) }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(status === 'resolved' ? { status } : {}),
  }
}

function objectAt(value: Json | undefined, at: string): JsonObject {
  if (isObject(value)) return value
  throw new Wrong(at, `expected a map, got ${shown(value)}`)
}

function textsAt(value: Json | undefined, at: string): Readonly<Record<string, string>> {
  const map = objectAt(value, at)
  for (const [name, text] of Object.entries(map)) {
    if (typeof text !== 'string') throw new Wrong(`${at}.${name}`, `expected a text, got ${shown(text)}`)
  }
  return map as Readonly<Record<string, string>>
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return isObject(value) ? 'a map' : JSON.stringify(value)
}
