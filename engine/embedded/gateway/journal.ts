import type { Clock } from '../../base/clock.ts'
import type { Log } from './ports.ts'

type Fields = Readonly<Record<string, string | number | boolean>>

/** Writes the gateway's log lines. */
export interface Journal {
  info(msg: string, fields?: Fields): void
  error(msg: string, error: unknown, fields?: Fields): void
}

export function journalTo(log: Log, clock: Clock): Journal {
  const ts = (): string => new Date(clock.wall()).toISOString()
  return {
    info: (msg, fields) => log({ ...fields, level: 'info', ts: ts(), msg }),
    error: (msg, error, fields) =>
      log({
        ...fields,
        level: 'error',
        ts: ts(),
        msg,
        error: error instanceof Error ? error.message : String(error),
      }),
  }
}
