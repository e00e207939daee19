import type { KubernetesEvent } from '../../../events/event.ts'
import { levelOf, readableLine } from '../../log-line.ts'
import { plural } from '../../problems.ts'
import type { Diagnostics } from '../model.ts'
import { table } from './difference.ts'
import { h, type Child } from './dom.ts'
import { folded, section } from './parts.ts'

/** What the gateway wrote and what Kubernetes told of an attempt that did not pass. */
export function toldBy(diagnostics: Diagnostics | undefined): readonly Child[] {
  if (diagnostics === undefined) return []
  const { gatewayLog, kubernetes, missing } = diagnostics
  return [
    section(
      'Gateway log',
      gatewayLog.length === 0 ? nothing('It wrote nothing of it.') : logFold(diagnostics),
    ),
    section(
      'Kubernetes events',
      kubernetes.length === 0 ? nothing('There were none.') : eventsFold(kubernetes),
    ),
    missing.length === 0
      ? undefined
      : h('ul', { class: 'warnings' }, ...missing.map((text) => h('li', {}, `could not be had: ${text}`))),
  ]
}

function nothing(text: string): HTMLElement {
  return h('p', { class: 'dim' }, text)
}

function logFold({ gatewayLog, logLinesLeftOut }: Diagnostics): HTMLElement {
  const older = logLinesLeftOut === 0 ? '' : `, ${logLinesLeftOut} older ones had no room`
  const summary = [h('b', {}, plural(gatewayLog.length, 'line')), h('span', { class: 'dim' }, older)]
  return folded(summary, () => [h('pre', { class: 'log' }, ...gatewayLog.map(logLine))])
}

function logLine(line: string): HTMLElement {
  const isBad = ['error', 'fatal', 'panic', 'dpanic'].includes(levelOf(line) ?? '')
  return h('span', { class: isBad ? 'bad' : '' }, `${readableLine(line)}\n`)
}

function eventsFold(events: readonly KubernetesEvent[]): HTMLElement {
  const warnings = events.filter(({ kind }) => kind === 'Warning').length
  const summary = [
    h('b', {}, plural(events.length, 'event')),
    h('span', { class: 'dim' }, warnings === 0 ? '' : `, ${plural(warnings, 'warning')}`),
  ]
  return folded(summary, () => [table(['when', 'kind', 'reason', 'object', 'what'], events.map(eventRow))], {
    open: warnings > 0,
  })
}

/** A log may hold any number. */
function clockText(wall: number | undefined): string {
  const date = new Date(wall ?? NaN)
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(11, 19)} UTC`
}

function eventRow({ wall, kind, reason, namespace, object, message, count }: KubernetesEvent): HTMLElement {
  const often = count > 1 ? ` (${count} times)` : ''
  return h(
    'tr',
    {},
    h('td', { class: 'when' }, clockText(wall)),
    h('td', { class: kind === 'Warning' ? 'bad' : '' }, kind),
    h('td', {}, reason),
    h('td', {}, `${namespace}/${object}`),
    h('td', {}, `${message}${often}`),
  )
}
