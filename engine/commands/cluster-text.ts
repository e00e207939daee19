import type { ClusterStatus } from '../provision/kind/status.ts'
import type { Up } from '../provision/kind/up.ts'
import type { Phase, Phases } from '../provision/phases.ts'

export interface UpNews {
  readonly name: string
  readonly made: Up
  readonly phases: Pick<Phases, 'all' | 'totalMs'>
  readonly kubeconfig: string
}

/** What `cluster up` did, what took how long, and how to go on. */
export function upText({ name, made, phases, kubeconfig }: UpNews): string {
  const { deployed } = made
  const parts = [
    ...(deployed.made.length === 0 ? [] : [`${deployed.made.join(', ')} made`]),
    ...(deployed.reused.length === 0 ? [] : [`${deployed.reused.join(', ')} there already`]),
  ]
  return [
    `The kind cluster ${name} is ready after ${seconds(phases.totalMs)}: ${parts.join('; ')}.`,
    '',
    ...phaseTable(phases.all),
    '',
    `Run on it:   gwscen run --target kind${name === 'gwscen' ? '' : ` --kind-cluster ${name}`}`,
    `Look at it:  kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces`,
    `Remove it:   gwscen cluster down${name === 'gwscen' ? '' : ` --name ${name}`}`,
    '',
  ].join('\n')
}

/** Phases overlap, so each says when it began. */
function phaseTable(phases: readonly Phase[]): readonly string[] {
  const rows = phases.map(
    ({ name, startMs, ms, note }) => [name, seconds(startMs), seconds(ms), note] as const,
  )
  const heads = ['phase', 'began', 'took', ''] as const
  const width = (column: 0 | 1 | 2): number => Math.max(...[heads, ...rows].map((row) => row[column].length))
  return [heads, ...rows].map(([name, began, took, note]) =>
    `  ${name.padEnd(width(0))}  ${began.padStart(width(1))}  ${took.padStart(width(2))}  ${note}`.trimEnd(),
  )
}

export function statusText(status: ClusterStatus): string {
  const { name, ours, nodes, gateways, kubeconfig, trouble } = status
  if (nodes.length === 0) return `There is no kind cluster ${name}. To make it: gwscen cluster up\n`
  const lines = [
    `kind cluster ${name}${ours ? '' : ', which gwscen did not make and leaves alone'}`,
    ...nodes.map((node) => `  ${node.name}  ${node.role}  ${node.state}`),
    ...(trouble === undefined ? [] : [`  ${trouble}; gwscen cluster up makes it again`]),
    ...gateways.map(
      ({ namespace, ready, image }) => `  ${namespace}  ${ready ? 'ready' : 'not ready'}  ${image}`,
    ),
    ...(kubeconfig === undefined ? [] : [`  kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces`]),
  ]
  return `${lines.join('\n')}\n`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
