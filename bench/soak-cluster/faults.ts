import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { valueAt } from '../../engine/base/json.ts'
import { readyPod } from '../../engine/cluster/ready-pod.ts'
import { PODS } from '../../engine/cluster/resource-path.ts'
import type { KubeClient } from '../../engine/cluster/types.ts'

export interface Place {
  readonly client: KubeClient
  /** Where the gateway and its Redis are. */
  readonly namespace: string
}

/** What happens in the middle of a run; gives a sentence. */
export type Fault = (place: Place) => Promise<string>

export const faults: Readonly<Record<'pod' | 'redis' | 'kubelet', Fault>> = {
  pod: deletePod('app=gateway'),
  redis: deletePod('app=redis'),
  kubelet: restartKubelets,
}

/** As `kubectl delete pod` does it: with the time that the pod has to end. */
function deletePod(labelSelector: string): Fault {
  return async ({ client, namespace }) => {
    const pod = await readyPod(client, { namespace, labelSelector })
    await client.delete(PODS, pod)
    return `pod ${namespace}/${pod.name} deleted`
  }
}

/** Of the nodes on which the gateway and its Redis run. */
async function restartKubelets({ client, namespace }: Place): Promise<string> {
  const { items } = await client.list(PODS, { namespace })
  const nodes = [...new Set(items.map((pod) => String(valueAt(pod, ['spec', 'nodeName']))))]
  for (const node of nodes) await run('docker', ['exec', node, 'systemctl', 'restart', 'kubelet'])
  return `kubelet of ${nodes.join(', ')} restarted`
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}`)
}
