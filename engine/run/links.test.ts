import { expect, test } from 'vitest'
import { Broken } from '../base/failure.ts'
import type { GatewayLink } from './gateway-link.ts'
import { Links } from './links.ts'

class FakeLinks {
  readonly made: { alive: boolean; closed: boolean; link: GatewayLink }[] = []
  refuse = false

  open = (): Promise<GatewayLink> => {
    if (this.refuse) return Promise.reject(new Broken({ code: 'UNREACHABLE', message: 'away' }))
    const one = { alive: true, closed: false }
    const link = {
      check: () => (one.alive ? Promise.resolve() : Promise.reject(new Error('gone'))),
      close: () => Promise.resolve(void (one.closed = true)),
    } as unknown as GatewayLink
    this.made.push(Object.assign(one, { link }))
    return Promise.resolve(link)
  }
}

test('a link is opened once and shared while it answers', async () => {
  const fake = new FakeLinks()
  const links = new Links(fake.open)
  const [first, second] = [await links.ready('a'), await links.ready('a')]
  expect(first).toBe(second)
  expect(fake.made).toHaveLength(1)
})

test('a link that does not answer any more is replaced, for all lanes by the same new one', async () => {
  const fake = new FakeLinks()
  const links = new Links(fake.open)
  await links.ready('a')
  fake.made[0]!.alive = false
  const both = await Promise.all([links.ready('a'), links.ready('a')])
  expect(both[0]).toBe(both[1])
  expect(fake.made).toHaveLength(2)
  await links.close()
  expect(fake.made.map(({ closed }) => closed)).toEqual([true, true])
})

test('when nothing answers it says so, and tries again for the next scenario', async () => {
  const fake = new FakeLinks()
  const links = new Links(fake.open)
  fake.refuse = true
  await expect(links.ready('a')).rejects.toThrow('away')
  fake.refuse = false
  await expect(links.ready('a')).resolves.toBeDefined()
})
