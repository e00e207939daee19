import { encodeEvent, headerLine } from '../../events/ndjson.ts'
import type { Report } from './report.ts'

/** The log itself: `schemas/events.schema.json` describes its lines. */
export const ndjson: Report = (output) => {
  output.write(headerLine)
  return { on: (event) => output.write(encodeEvent(event)) }
}
