// `npm run bench [-- --smoke] [-- NAME…]`: runs every bench, prints one table, writes bench/results.json.
// `--smoke` checks counts and CPU time with wide margins only, for machines that others use, too.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { benches, type BenchName } from './benches.ts'
import { isOver, table, type Row } from './row.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: 'boolean', default: false } },
})
const names = Object.keys(benches) as BenchName[]
const unknown = positionals.filter((name) => !(name in benches))
if (unknown.length > 0)
  throw new Error(`no bench is called ${unknown.join(', ')}; there are ${names.join(', ')}`)

const rows: Row[] = []
for (const name of names.filter((each) => positionals.length === 0 || positionals.includes(each))) {
  console.error(`${name} …`)
  rows.push(...(await benches[name]({ smoke: values.smoke })))
}
console.log(table(rows))
const results = { smoke: values.smoke, node: process.version, rows }
await writeFile(join(import.meta.dirname, 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
process.exitCode = rows.some(isOver) ? 1 : 0
