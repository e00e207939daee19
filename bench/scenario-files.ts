import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import { randomFrom, type Random } from '../engine/base/random.ts'

const SHIPPED = join(import.meta.dirname, '..', 'scenarios')

/**
 * Writes so many files below `folder`: the shipped templates as they are, and scenarios, each a shipped one with names,
 * tags, pods and times of its own; the same for each run. All of them are right.
 */
export async function writeScenarios(folder: string, count: number): Promise<void> {
  const templates = globSync('templates/**/*.yaml', { cwd: SHIPPED })
  for (const name of templates) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await copyFile(join(SHIPPED, name), join(folder, name))
  }
  const names = globSync('**/*.yaml', { cwd: SHIPPED, ignore: ['templates/**'] }).sort()
  const models = await Promise.all(names.map((name) => readFile(join(SHIPPED, name), 'utf8')))
  for (const [index, name] of names.entries()) {
    for (let number = index; number < count - templates.length; number += names.length) {
      const file = join(folder, name.replace(/\.yaml$/, `-${number}.yaml`))
      if (number === index) await mkdir(dirname(file), { recursive: true })
      await writeFile(file, variant(models[index] ?? '', number))
    }
  }
}

function variant(model: string, number: number): string {
  const random = randomFrom('bench', number)
  return model
    .replace(/^name: (.*)$/m, (_, name: string) => `name: ${name}, in case ${number}`)
    .replace(/^tags: \[/m, `tags: [team-${random.word(3)}, `)
    .replaceAll(/unique\('([A-Za-z]+)'\)/g, (_, base: string) => `unique('${base}${number}')`)
    .replaceAll(/\b(pod: [a-z]+-)/g, (pod) => `${pod}${random.word(3)}-`)
    .replaceAll(/\bwithin: \d+s\b/g, () => `within: ${seconds(random)}s`)
}

function seconds(random: Random): number {
  return 1 + random.below(20)
}
