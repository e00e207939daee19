import { nodesQuery } from './nodes.ts'
import type { Tools } from './tools.ts'

/**
 * Asks for the nodes of a cluster at once, for who will want to know in a moment: Docker takes a quarter of a second to
 * answer, in which scenarios can be read. That answer is given once, to who asks first.
 */
export function askAhead(tools: Tools, cluster: string): Tools {
  const query = nodesQuery(cluster)
  let answer: Promise<string> | undefined = tools.run('docker', query, new AbortController().signal)
  // Who asks hears of it; perhaps nobody does.
  answer.catch(() => undefined)
  return {
    run: (tool, args, signal) => {
      const given = answer
      if (given === undefined || tool !== 'docker' || args.join(' ') !== query.join(' '))
        return tools.run(tool, args, signal)
      answer = undefined
      return given
    },
  }
}
