import { isObject } from '../base/json.ts'
import type { Slip } from './slip.ts'
import type { PlacedStep } from './steps-in.ts'
import { subjectsIn } from './subjects-in.ts'

/** Objects that are looked for in no namespace at all: nothing could ever be found, and `never` would always hold. */
export function namespaceSlips(
  { namespaces }: Readonly<Record<string, unknown>>,
  steps: readonly PlacedStep[],
): readonly Slip[] {
  if (isObject(namespaces) || Array.isArray(namespaces)) {
    if (Object.keys(namespaces).length > 0) return []
  }
  return steps.flatMap(({ step, path }) =>
    subjectsIn(step, path)
      .filter(({ input }) => 'crd' in input && !('namespace' in input))
      .map((each) => ({
        code: 'NO_NAMESPACE',
        path: each.path,
        key: 'crd',
        message: 'crd: no namespace to look in: the step names none, and the scenario has none of its own',
        hint: 'list one under namespaces: and send the signal there',
      })),
  )
}
