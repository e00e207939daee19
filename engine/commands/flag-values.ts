import { InvalidArgumentError } from 'commander'

/** Readers of what stands behind a flag; they throw what commander shows as a usage error. */

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number from 1.')
}

export function pattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

/** For flags that may be given several times. */
export function more(text: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, text]
}
