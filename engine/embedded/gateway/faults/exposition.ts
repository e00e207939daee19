import type { Reply } from '../behaviour.ts'

/** A scrape without the families whose names begin with `prefix`. */
export function without(reply: Reply, prefix: string): Reply {
  const lines = reply.body.split('\n').filter((line) => {
    const name = line.replace(/^# (?:HELP|TYPE) /, '')
    return !name.startsWith(prefix)
  })
  return { ...reply, body: lines.join('\n') }
}
