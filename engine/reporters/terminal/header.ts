import type { EventOf } from '../../events/event.ts'
import { plural } from '../problems.ts'
import type { Symbols } from '../symbols.ts'
import { toned, type Line } from '../text.ts'

/** What runs where, and what is needed to run it again. */
export function headerLines(started: EventOf<'run:started'>, symbols: Symbols): readonly Line[] {
  const { target, profiles, gateway, threads, threadsReason, lanes, clock, seed, redis, scenarios } = started
  const between = ` ${symbols.dot} `
  const where = [
    `target ${target}`,
    `gateway ${gateway}`,
    `${profiles.length === 1 ? 'profile' : 'profiles'} ${profiles.join(', ')}`,
  ]
  const how = [
    `${plural(threads, 'thread')} ${symbols.times} ${plural(lanes, 'lane')} (${threadsReason})`,
    `clock ${clock}`,
    `seed ${seed}`,
    redis,
    plural(scenarios.length, 'scenario'),
  ]
  return [
    [toned('strong', `gwscen ${started.version}`), between, where.join(between)],
    [toned('dim', how.join(between))],
    [],
  ]
}
