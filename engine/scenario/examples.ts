import type { GatewayDescription } from '../gateway/description.ts'

/** Examples of verbs and subjects speak of no gateway; this puts the words of one into them. */
export function examplesFor(examples: readonly string[], { kinds }: GatewayDescription): readonly string[] {
  const [kind = 'ConfigMap'] = Object.keys(kinds)
  return examples.map((example) => example.replaceAll('{{kind}}', kind))
}
