import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemClock } from '../../base/clock.ts'
import { askPid } from './ask-pid.ts'
import { createWatchdog } from './create-watchdog.ts'
import { findServer } from './find-server.ts'

const searchPath = process.env['PATH'] ?? ''
const installed = (await findServer(searchPath)).server
const watchdogEntry = fileURLToPath(new URL('watchdog.ts', import.meta.url))
const linux = process.platform === 'linux'

let root: string
const started: ChildProcess[] = []
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'gwscen-killed-'))
})
afterEach(() => {
  for (const run of started.splice(0)) run.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

/** Ends by the limit of the test. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await systemClock.sleep(10)
}

/** The fields of `/proc/PID/stat` after the name: state, parent, …; undefined when there is no such process. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function running(pid: number): boolean {
  // A killed process whose parent is still to take note of it is as good as gone.
  return (statOf(pid)?.[0] ?? 'Z') !== 'Z'
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => running(pid) && Number(statOf(pid)?.[1]) === parent)
}

/** Without the compiler that tsx starts. */
function isOurs(pid: number): boolean {
  return /redis-server|watchdog/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
}

/** SIGHUP, SIGINT and SIGTERM, as they stand in the mask of caught signals. */
const STOP_SIGNALS = 0b100_0000_0000_0011n

function catchesSignals(pid: number): boolean {
  const mask = /^SigCgt:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return (BigInt(`0x${mask!}`) & STOP_SIGNALS) === STOP_SIGNALS
}

async function nextLine(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

interface Started {
  readonly run: ChildProcess & { pid: number }
  readonly lines: Interface
  readonly runDir: string
  readonly ports: readonly number[]
  /** The two servers and the watchdog. */
  readonly family: readonly number[]
}

async function startRun(searched: string): Promise<Started> {
  const runDir = path.join(root, 'run')
  const script = fileURLToPath(new URL('testing/provide-and-wait.ts', import.meta.url))
  const run = spawn(process.execPath, ['--import', 'tsx', script, runDir, searched], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  }) as Started['run']
  started.push(run)
  const lines = createInterface({ input: run.stdout! })
  const ports = JSON.parse(await nextLine(lines)) as number[]
  return { run, lines, runDir, ports, family: childrenOf(run.pid).filter(isOurs) }
}

describe.skipIf(installed === undefined || !linux)('a run that is killed', () => {
  test.each(['with setpriv', 'by the watchdog alone'])('leaves no server and no folder, %s', async (way) => {
    const bare = path.join(root, 'bin')
    mkdirSync(bare)
    symlinkSync(installed!.command, path.join(bare, 'redis-server'))
    const { run, runDir, family } = await startRun(way === 'with setpriv' ? searchPath : bare)
    expect(family).toHaveLength(3)
    expect(readdirSync(runDir)).toHaveLength(3)
    run.kill('SIGKILL')
    await until(() => !existsSync(runDir) && !family.some(running))
  })

  test('keeps its servers through Ctrl-C, so that it can clean up', async () => {
    const { run, lines, runDir, ports, family } = await startRun(searchPath)
    process.kill(-run.pid, 'SIGINT')
    expect(await nextLine(lines)).toBe('interrupted')
    for (const port of ports) {
      expect(family).toContain(await askPid({ host: '127.0.0.1', port, clock: systemClock }))
    }
    expect(family.every(running)).toBe(true)
    process.kill(-run.pid, 'SIGKILL')
    await until(() => !existsSync(runDir) && !family.some(running))
  })
})

describe('the watchdog', () => {
  const entry = ['--import', 'tsx', watchdogEntry]
  const sleeper = (): ChildProcess & { pid: number } =>
    spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    }) as ChildProcess & {
      pid: number
    }
  const folder = (name: string): string => {
    const made = path.join(root, name)
    mkdirSync(path.join(made, 'deep'), { recursive: true })
    writeFileSync(path.join(made, 'deep', 'file'), '')
    return made
  }

  test('takes what is guarded when it is closed, and nothing that was released', async () => {
    const watchdog = createWatchdog({ entry, clock: systemClock })
    const [guarded, released] = [sleeper(), sleeper()]
    const [goes, stays] = [folder('goes'), folder('stays')]
    watchdog.guardPid(guarded.pid)
    watchdog.guardPid(released.pid)
    watchdog.guardFolder(goes)
    watchdog.guardFolder(stays)
    watchdog.guardFolder(path.join(root, 'never made'))
    watchdog.releasePid(released.pid)
    watchdog.releaseFolder(stays)
    const killed = once(guarded, 'exit')
    await watchdog.close()
    expect(await killed).toEqual([null, 'SIGKILL'])
    expect(readdirSync(root)).toEqual(['stays'])
    expect(released.exitCode).toBeNull()
    const ended = once(released, 'exit')
    released.stdin!.end()
    expect(await ended).toEqual([0, null])
  })

  test.skipIf(!linux)('is not stopped by signals', async () => {
    const known = new Set(childrenOf(process.pid))
    const lost: string[] = []
    const watchdog = createWatchdog({ entry, clock: systemClock, onLost: (reason) => lost.push(reason) })
    const pid = childrenOf(process.pid).find((child) => !known.has(child))!
    const goes = folder('goes')
    watchdog.guardFolder(goes)
    await until(() => catchesSignals(pid))
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(pid, signal)
    await watchdog.close()
    expect(existsSync(goes)).toBe(false)
    expect(lost).toEqual([])
  })

  test('says when it is lost', async () => {
    const lost = new Promise<string>((resolve) => {
      createWatchdog({ entry: ['-e', 'process.exit(7)'], clock: systemClock, onLost: resolve })
    })
    expect(await lost).toBe('it ended with code 7')
  })
})
