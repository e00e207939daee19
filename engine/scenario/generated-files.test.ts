import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generatedFiles } from './generated-files.ts'

const root = join(import.meta.dirname, '..', '..')

test.each(Object.entries(generatedFiles()))('%s is as `npm run schemas` makes it', async (file, text) => {
  expect(await readFile(join(root, file), 'utf8')).toBe(text)
})
