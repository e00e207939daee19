import { expect, test } from 'vitest'
import type { Deployment } from '../targets/target.ts'
import { FaultDesk, type FaultDeskOptions } from './fault-desk.ts'
import { FaultLine } from './fault-line.ts'
import type { FaultAnswer, FromThread } from './protocol.ts'

const deployment = (name: string, exclusive: boolean): Deployment => ({
  name,
  profile: 'p',
  exclusive,
  namespace: name,
  version: 'v',
  configuration: {},
})

/** A host and one thread, without the port between them. */
function joined(more: Partial<FaultDeskOptions['target']> = {}) {
  const told: string[] = []
  const target: FaultDeskOptions['target'] = {
    name: 'fake',
    deployments: [deployment('own', true), deployment('shared', false)],
    fault: (name, outage) => {
      told.push(`${name} ${JSON.stringify(outage)}`)
      return Promise.resolve(() => {
        told.push('mended')
        return Promise.resolve()
      })
    },
    ...more,
  }
  const lines: { line?: FaultLine } = {}
  const desk = new FaultDesk({ target, answer: (_, answer: FaultAnswer) => lines.line?.answered(answer) })
  const line = new FaultLine((message: FromThread) => {
    if (message.type === 'fault' || message.type === 'fault-end') void desk.take(0, message)
  })
  lines.line = line
  return { told, desk, line }
}

test('a thread breaks a part of its own deployment, and mends it', async () => {
  const { told, line } = joined()
  const mend = await line.begin('own', { redis: 'down' })
  expect(told).toEqual(['own {"redis":"down"}'])
  await mend()
  expect(told).toEqual(['own {"redis":"down"}', 'mended'])
})

test('nothing of a deployment that others use is broken', async () => {
  const { told, line } = joined()
  await expect(line.begin('shared', { redis: 'down' })).rejects.toMatchObject({
    code: 'NO_FAULT',
    message: 'shared serves other scenarios, too, so nothing of it is broken',
  })
  expect(told).toEqual([])
})

test('what the target cannot do is told', async () => {
  const { line } = joined({ fault: () => Promise.reject(new Error('no such switch')) })
  await expect(line.begin('own', { forward: 'cut' })).rejects.toMatchObject({ message: 'no such switch' })
  const { fault: _, ...plain } = { name: 'urls', deployments: [deployment('own', true)], fault: undefined }
  const desk = new FaultDesk({
    target: plain,
    answer: (_thread, { problem }) => expect(problem).toBe('the target urls cannot make faults'),
  })
  await desk.take(0, { type: 'fault', id: 1, deployment: 'own', outage: { gateway: 'down' } })
  expect.assertions(2)
})

test('what a thread has broken is mended when it dies', async () => {
  const { told, desk, line } = joined()
  await line.begin('own', { gateway: 'down' })
  await desk.lost(1)
  expect(told).toHaveLength(1)
  await desk.lost(0)
  expect(told).toEqual(['own {"gateway":"down"}', 'mended'])
})
