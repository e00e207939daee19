import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { createGenerator } from 'ts-json-schema-generator'
import { describe, expect, test } from 'vitest'
import { outcomesRun } from '../reporters/testing/outcomes-run.ts'
import { stormRun } from '../reporters/testing/storm-run.ts'
import { encodeEvent, headerLine } from './ndjson.ts'

const FILE = new URL('../../schemas/events.schema.json', import.meta.url)
const schema = JSON.parse(readFileSync(FILE, 'utf8')) as object
const isLine = new Ajv({ allowUnionTypes: true }).compile(schema)

test('the schema is that of the types', () => {
  const path = new URL('ndjson.ts', import.meta.url).pathname
  const tsconfig = new URL('../../tsconfig.json', import.meta.url).pathname
  const generator = createGenerator({ path, tsconfig, type: 'LogLine', skipTypeCheck: true })
  expect(generator.createSchema('LogLine')).toEqual(schema)
})

describe('a line', () => {
  const lines = [headerLine, ...[...stormRun, ...outcomesRun].map(encodeEvent)]

  test('of a log is as the schema says', () => {
    const wrong = lines.filter((line) => !isLine(JSON.parse(line)))
    expect(wrong).toEqual([])
  })

  test.each([
    ['of a type that is not there', { type: 'run:paused', seq: 0, at: 0 }],
    ['without its number', { type: 'thread:lost', thread: 1, reason: 'x', at: 0 }],
    ['with a word that is no outcome', { ...outcomesRun.at(-3), outcome: 'fine' }],
    ['with what nobody tells', { type: 'thread:lost', thread: 1, reason: 'x', seq: 0, at: 0, colour: 'red' }],
    ['of another version', { format: 'gwscen-events', version: 2 }],
  ])('%s is not', (_what, line) => {
    expect(isLine(line)).toBe(false)
  })
})
