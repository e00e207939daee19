import { expect, test } from 'vitest'
import { askAhead } from './ahead.ts'
import { nodesOf } from './nodes.ts'
import type { Tools } from './tools.ts'

const { signal } = new AbortController()

/** Docker, with what it was asked. */
function docker(answer: () => Promise<string>) {
  const asked: string[] = []
  const tools: Tools = {
    run: (tool, args) => {
      asked.push(`${tool} ${args[0] ?? ''}`)
      return answer()
    },
  }
  return { tools, asked }
}

test('the nodes are asked for at once, and given to the first who wants them', async () => {
  const { tools, asked } = docker(() => Promise.resolve('1\tgwscen-worker\tworker\trunning\n'))
  const ahead = askAhead(tools, 'gwscen')
  expect(asked).toEqual(['docker ps'])
  expect(await nodesOf('gwscen', ahead, signal)).toMatchObject([{ id: '1', state: 'running' }])
  expect(asked).toEqual(['docker ps'])
  await nodesOf('gwscen', ahead, signal)
  expect(asked).toEqual(['docker ps', 'docker ps'])
})

test('what else is asked has an answer of its own', async () => {
  const { tools, asked } = docker(() => Promise.resolve(''))
  const ahead = askAhead(tools, 'gwscen')
  await nodesOf('another', ahead, signal)
  await ahead.run('kind', ['version'], signal)
  expect(asked).toEqual(['docker ps', 'docker ps', 'kind version'])
})

test('that there is no Docker is told to who asks', async () => {
  const ahead = askAhead(docker(() => Promise.reject(new Error('not there'))).tools, 'gwscen')
  await expect(nodesOf('gwscen', ahead, signal)).rejects.toThrow('not there')
})

test('who stops waiting for a Docker that does not answer stops the question', async () => {
  const tools: Tools = {
    run: (_, __, asking) =>
      new Promise((_resolve, reject) => {
        asking.addEventListener('abort', () => reject(asking.reason as Error))
      }),
  }
  const stop = new AbortController()
  const nodes = nodesOf('gwscen', askAhead(tools, 'gwscen'), stop.signal)
  stop.abort(new Error('stopped by SIGINT'))
  await expect(nodes).rejects.toThrow('stopped by SIGINT')
})
