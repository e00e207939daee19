import type { JsonObject } from '../base/json.ts'

const UNTIL_READY_S = 1
const FROM_THEN_ON_S = 5
/** A pod may take so long to begin; then it is started anew. */
const START_S = 180

/**
 * A container is ready as soon as it answers, and looked at now and then afterwards: thirty pods that are asked every
 * second keep a small machine busy with nothing else.
 */
export function probes(question: JsonObject): JsonObject {
  return {
    startupProbe: { ...question, periodSeconds: UNTIL_READY_S, failureThreshold: START_S / UNTIL_READY_S },
    readinessProbe: { ...question, periodSeconds: FROM_THEN_ON_S, failureThreshold: 1 },
  }
}
