import { Broken } from '../../base/failure.ts'

/** A recording does not hold what is asked for, so nobody can tell. */
export class NotRecorded extends Broken {
  constructor(message: string) {
    super({ code: 'NOT_RECORDED', message })
  }
}
