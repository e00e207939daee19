import { operators } from './index.ts'
import { matcherRef, type Schema } from './operator.ts'

/**
 * The definition that `#/definitions/matcher` refers to, draft 07: any scalar, a list or map of matchers, or operators.
 * No branches, so that an editor completes the operators and marks one wrong key with one message.
 */
export function matcherSchema(): Schema {
  const described = operators.map(({ name, schema, summary, examples }) => [
    name,
    { ...schema, description: summary, examples },
  ])
  return {
    properties: Object.fromEntries(described) as Schema,
    patternProperties: { '^[^$]': matcherRef },
    additionalProperties: false,
    items: matcherRef,
  }
}
