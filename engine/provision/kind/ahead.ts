import { nodesQuery } from './nodes.ts'
import type { Tools } from './tools.ts'

/**
 * Asks for the nodes of a cluster at once, for who will want to know in a moment: Docker takes a quarter of a second to
 * answer, in which scenarios can be read. That answer is given once, to who asks first. `stop` ends a question that is still
 * open.
 */
export function askAhead(tools: Tools, cluster: string): Tools & { stop(reason?: unknown): void } {
  const query = nodesQuery(cluster)
  const asking = new AbortController()
  const stop = (reason?: unknown): void => asking.abort(reason)
  let answer: Promise<string> | undefined = tools.run('docker', query, asking.signal)
  // Who asks hears of it; perhaps nobody does.
  answer.catch(() => undefined)
  return {
    stop,
    run: (tool, args, signal) => {
      const given = answer
      if (given === undefined || tool !== 'docker' || args.join(' ') !== query.join(' '))
        return tools.run(tool, args, signal)
      answer = undefined
      signal.addEventListener('abort', () => stop(signal.reason), { once: true })
      return given
    },
  }
}
