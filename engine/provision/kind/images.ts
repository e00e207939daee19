import { nodesOf, workersAmong, type NodeContainer } from './nodes.ts'
import { ToolFailed, type Tools } from './tools.ts'

export interface LoadRequest {
  readonly cluster: string
  readonly images: readonly string[]
  readonly tools: Tools
  readonly signal: AbortSignal
}

/** Puts images of this machine into the nodes that lack them; what this machine has not, nodes pull. Gives a note. */
export async function loadImages(request: LoadRequest): Promise<string> {
  const { cluster, images, tools, signal } = request
  const workers = workersAmong(await nodesOf(cluster, tools, signal))
  const local = await Promise.all(
    images.map(async (image) => ((await isLocal(image, request)) ? [image] : [])),
  )
  const candidates = [...new Set(local.flat())]
  const lacking = await Promise.all(workers.map((node) => lackingOn(node, candidates, request)))
  const wanted = candidates.filter((image) => lacking.some((names) => names.includes(image)))
  if (wanted.length === 0) return 'there already'
  const nodes = workers.filter((_, i) => (lacking[i] ?? []).length > 0).map(({ name }) => name)
  const args = ['load', 'docker-image', ...wanted, '--name', cluster, '--nodes', nodes.join(',')]
  await tools.run('kind', args, signal)
  return `loaded ${wanted.join(', ')}`
}

/** The name under which a node keeps an image: `redis` is `docker.io/library/redis:latest`. */
export function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/')
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const path = isHost ? image : rest.length === 0 ? `docker.io/library/${image}` : `docker.io/${image}`
  const last = path.slice(path.lastIndexOf('/') + 1)
  return /[:@]/.test(last) ? path : `${path}:latest`
}

async function lackingOn(
  { id }: NodeContainer,
  images: readonly string[],
  { tools, signal }: LoadRequest,
): Promise<readonly string[]> {
  if (images.length === 0) return []
  const args = ['exec', id, 'ctr', '--namespace', 'k8s.io', 'images', 'list', '--quiet']
  const there = (await tools.run('docker', args, signal)).split('\n')
  return images.filter((image) => !there.includes(fullName(image)))
}

async function isLocal(image: string, { tools, signal }: LoadRequest): Promise<boolean> {
  try {
    await tools.run('docker', ['image', 'inspect', '--format', '{{.Id}}', image], signal)
    return true
  } catch (error) {
    if (error instanceof ToolFailed) return false
    throw error
  }
}
