import type { DescribedFunction, GatewayDescription } from '../gateway/description.ts'
import type { Vocabulary } from '../expressions/expressions.ts'
import type { CelValue, ExpressionFunction } from '../expressions/types.ts'
import { textOf } from '../expressions/values.ts'

/** What a gateway's description adds to the expressions of scenarios. */
export function vocabularyOf({ functions, settings }: GatewayDescription): Vocabulary {
  const fields = Object.entries(settings.fields).map(([name, { type }]) => [name, type] as const)
  return { functions: functions.map(asFunction), roots: { gateway: { fields: Object.fromEntries(fields) } } }
}

function asFunction(described: DescribedFunction): ExpressionFunction {
  const { name, parameters, result, summary } = described
  return {
    name,
    summary,
    parameters: parameters.map((type, index) => ({ name: `p${index + 1}`, type })),
    result,
    example: `${name}(…)`,
    run: (values: readonly CelValue[]) => described.run(...values.map(textOf)),
  }
}
