import { RedisServerState } from 'js-redis-server/core'
import { expect, test } from 'vitest'
import { loadLua } from './js-server.ts'

test('what runs scripts can still be given to a server, which then loads none of its own', async () => {
  const state = new RedisServerState({ databaseCount: 1, activeExpiryIntervalMs: false })
  const lua = loadLua()
  expect(Object.keys(state)).toContain('luaRuntimePromise')
  Object.assign(state, { luaRuntimePromise: lua })
  expect(await state.getLuaRuntime()).toBe(await lua)
  state.close()
})
