import type { KubernetesEvent } from '../../events/event.ts'
import type { Diagnostics } from '../../events/scenario-record.ts'
import { readableLine } from '../log-line.ts'
import { toned, type Line } from '../text.ts'

export interface DiagnosticLimits {
  /** So many lines of the log, and so many events, the newest. */
  readonly most: number
  /** Characters of a line. */
  readonly longest: number
}

/** On a screen beside all else that is known. */
export const ON_SCREEN: DiagnosticLimits = { most: 6, longest: 240 }

/** What the gateway wrote and what Kubernetes told of an attempt, with what could not be had. */
export function diagnosticLines(
  diagnostics: Diagnostics | undefined,
  { most, longest }: DiagnosticLimits,
): readonly Line[] {
  if (diagnostics === undefined) return []
  const { gatewayLog, logLinesLeftOut, kubernetes, missing } = diagnostics
  const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)
  const dimmed = (text: string): Line => [toned('dim', `  ${cut(text)}`)]
  const all = gatewayLog.length + logLinesLeftOut
  // What is not normal is what somebody looks for.
  const telling = kubernetes.some(({ kind }) => kind === 'Warning')
    ? kubernetes.filter(({ kind }) => kind === 'Warning')
    : kubernetes
  return [
    ...headed('the gateway wrote', gatewayLog.slice(-most).map(readableLine).map(dimmed), all),
    ...headed('Kubernetes told', telling.slice(-most).map(eventText).map(dimmed), kubernetes.length),
    ...missing.map((text): Line => [toned('dim', cut(text))]),
  ]
}

function headed(title: string, lines: readonly Line[], all: number): readonly Line[] {
  if (lines.length === 0) return []
  return [[lines.length < all ? `${title} (${lines.length} of ${all} lines):` : `${title}:`], ...lines]
}

function eventText({ kind, reason, object, namespace, message, count }: KubernetesEvent): string {
  const times = count > 1 ? ` (${count} times)` : ''
  return `${kind} ${reason} ${object} in ${namespace}: ${message}${times}`
}
