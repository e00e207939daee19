import type { Reply } from './behaviour.ts'
import { remediationPath } from './classification.ts'
import { goStringify } from './go-json.ts'
import type { RemediationRequest } from './ports.ts'
import type { Signal } from './signal.ts'
import { textAt } from './text-at.ts'
import type { Outcome } from './signal-pipeline.ts'

/** The answer to a signal that was taken: 201 for an object, 202 for anything else. */
export function outcomeReply(signal: Signal, outcome: Outcome): Reply {
  const { status, message, ...fields } = describe(outcome)
  const duplicate = outcome.is === 'duplicate'
  const body = { status, message, fingerprint: signal.fingerprint, duplicate, ...fields }
  return {
    status: outcome.is === 'created' ? 201 : 202,
    headers: { 'Content-Type': 'application/json' },
    body: `${goStringify(body)}\n`,
  }
}

interface Description {
  readonly status: 'created' | 'duplicate' | 'accepted'
  readonly message: string
  readonly [field: string]: unknown
}

function describe(outcome: Outcome): Description {
  switch (outcome.is) {
    case 'created':
      return {
        status: 'created',
        message: 'RemediationRequest CRD created successfully',
        ...objectFields(outcome.object),
      }
    case 'duplicate':
      return {
        status: 'duplicate',
        message: 'Duplicate signal (deduplication successful)',
        metadata: outcome.metadata,
      }
    case 'buffered':
      return { status: 'accepted', message: 'Alert buffered for storm aggregation (threshold not reached)' }
    case 'window-started':
      return {
        status: 'accepted',
        message: `Storm aggregation window started (window ID: ${outcome.windowId}, CRD will be created after 1 minute)`,
        ...stormFields(outcome),
      }
    case 'window-joined':
      return {
        status: 'accepted',
        message: `Alert added to storm aggregation window (window ID: ${outcome.windowId}, ${outcome.resources} resources aggregated)`,
        ...stormFields(outcome),
      }
  }
}

function objectFields(object: RemediationRequest): Record<string, unknown> {
  const environment = textAt(object, 'spec', 'environment')
  const priority = textAt(object, 'spec', 'priority')
  return {
    remediationRequestName: object.metadata.name,
    remediationRequestNamespace: object.metadata.namespace,
    environment,
    priority,
    remediationPath: remediationPath(environment, priority),
  }
}

function stormFields({
  windowId,
  stormType,
}: {
  windowId: string
  stormType: string
}): Record<string, unknown> {
  return { isStorm: true, stormType, windowID: windowId }
}
