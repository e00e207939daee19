/** Run by `killed-run.test.ts`: provides two servers, says so on standard output, and waits to be killed. */
import { writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { systemClock } from '../../../base/clock.ts'
import { createWatchdog } from '../create-watchdog.ts'
import { provideRedis } from '../provider.ts'

const [runDir = '', searchPath = ''] = process.argv.slice(2)
const entry = ['--import', 'tsx', fileURLToPath(new URL('../watchdog.ts', import.meta.url))]
const watchdog = createWatchdog({ entry, clock: systemClock })
watchdog.guardFolder(runDir)
await mkdir(runDir)
writeFileSync(path.join(runDir, 'something'), 'of the run')
const provider = await provideRedis({ clock: systemClock, searchPath, prefer: 'server', runDir, watchdog })
const first = await provider.start()
const second = await provider.start()
process.on('SIGINT', () => process.stdout.write('interrupted\n'))
process.stdout.write(`${JSON.stringify([first.port, second.port])}\n`)
