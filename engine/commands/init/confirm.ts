import type { World } from '../world.ts'

/** Asks a person; where nobody can press a key the answer is yes, for a script has said what it wants. */
export async function confirm(
  question: string,
  { keyboard, stderr }: Pick<World, 'keyboard' | 'stderr'>,
): Promise<boolean> {
  if (keyboard === undefined) return true
  stderr.write(`${question} [Y/n] `)
  const key = await new Promise<string>((resolve) => {
    const ignore = keyboard.onKey((pressed) => {
      ignore()
      resolve(pressed)
    })
  })
  const isYes = key === 'enter' || key.toLowerCase() === 'y'
  stderr.write(isYes ? 'yes\n' : 'no\n')
  return isYes
}
