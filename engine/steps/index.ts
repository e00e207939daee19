import { apply } from './apply.ts'
import { deletion } from './delete.ts'
import { during } from './during.ts'
import { expect } from './expect.ts'
import { fault } from './fault.ts'
import { measure } from './measure.ts'
import { never } from './never.ts'
import { note } from './note.ts'
import { parallel } from './parallel.ts'
import { patch } from './patch.ts'
import { redis } from './redis.ts'
import { repeat } from './repeat.ts'
import { request } from './request.ts'
import { send } from './send.ts'
import { set } from './set.ts'
import { stays } from './stays.ts'
import { use } from './use.ts'
import { wait } from './wait.ts'

/** Every verb. A new one is a file and a line here; the union, the editor's schema, the help and the docs follow. */
export const steps = {
  send,
  request,
  expect,
  never,
  stays,
  during,
  wait,
  set,
  patch,
  apply,
  delete: deletion,
  redis,
  measure,
  repeat,
  parallel,
  fault,
  use,
  note,
} as const
