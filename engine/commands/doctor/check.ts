/** One line of `gwscen doctor`. */
export interface Check {
  readonly name: string
  /** `off`: not there, and not needed for what was asked. */
  readonly state: 'ok' | 'bad' | 'off'
  /** What was found, without a full stop. */
  readonly says: string
  /** The command, or what else mends it. */
  readonly mend?: string
}

export function ok(name: string, says: string): Check {
  return { name, state: 'ok', says }
}

export function bad(name: string, says: string, mend: string): Check {
  return { name, state: 'bad', says, mend }
}

export function off(name: string, says: string, mend?: string): Check {
  return { name, state: 'off', says, ...(mend === undefined ? {} : { mend }) }
}

/** What is missing counts only where it is needed. */
export function neededBy(isNeeded: boolean, check: Check): Check {
  return isNeeded || check.state !== 'bad' ? check : { ...check, state: 'off' }
}
