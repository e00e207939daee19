import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { World } from '../world.ts'
import type { DynamicWords } from './complete.ts'

/** Words that a project, the package or a kubeconfig knows. A shell that waits is told nothing of what goes wrong. */
export async function dynamicWords(kind: DynamicWords, world: World): Promise<readonly string[]> {
  switch (kind) {
    case 'scenarios':
      return (await scenarios(world)).map(({ id }) => id)
    case 'tags':
      return [...new Set((await scenarios(world)).flatMap(({ tags }) => tags))].sort()
    case 'profiles':
      return readdirSync(join(world.root, 'kind', 'profiles'))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => basename(file, '.yaml'))
    case 'faults': {
      const { faults, presets } = await import('../../embedded/gateway/faults/index.ts')
      return [...Object.keys(faults), ...Object.keys(presets)]
    }
    case 'topics': {
      const [{ topicNames }, { builtInDescription }] = await Promise.all([
        import('../../scenario/explain.ts'),
        import('../../gateway/index.ts'),
      ])
      return topicNames(builtInDescription)
    }
    case 'contexts': {
      const { contextNames } = await import('../../cluster/kubeconfig.ts')
      return contextNames()
    }
  }
}

async function scenarios(world: World) {
  const { loadProject, readProject } = await import('../project.ts')
  const { scenarios: found } = await loadProject(await readProject(world), { paths: [] }, world)
  return found
}
