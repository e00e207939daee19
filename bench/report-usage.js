// Loaded into a measured process: writes what the process needed to the pipe that its parent holds.
import { writeSync } from 'node:fs'

process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())))
