#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { main } from '../dist-zb/main.js'

const root = fileURLToPath(new URL('..', import.meta.url))
process.exitCode = await main(process.argv.slice(2), { root })
