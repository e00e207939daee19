import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Ended } from './gwscen.ts'
import { ROOT, type Place } from './place.ts'

/**
 * An empty folder that has gwscen as npm would install it from its packed file: what is not in the package is not there.
 * What it depends on is taken from this checkout, so that no registry is needed.
 */
export function installPacked(place: Place): string {
  const parent = mkdtempSync(join(place.folder, 'packed-'))
  const packages = join(parent, 'node_modules')
  mkdirSync(join(packages, '.bin'), { recursive: true })
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', parent], {
    cwd: ROOT,
    env: npmEnv(place),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const packed = readdirSync(parent).find((file) => file.endsWith('.tgz')) ?? ''
  execFileSync('tar', ['-xzf', join(parent, packed), '-C', packages])
  execFileSync('mv', [join(packages, 'package'), join(packages, 'gwscen')])
  symlinkSync(join(ROOT, 'node_modules'), join(packages, 'gwscen', 'node_modules'))
  symlinkSync('../gwscen/bin/gwscen.js', join(packages, '.bin', 'gwscen'))
  const folder = join(parent, 'project')
  mkdirSync(folder)
  return folder
}

/** `npx gwscen …`, as a newcomer types it. */
export function npxGwscen(place: Place, cwd: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn('npx', ['--offline', 'gwscen', ...args], {
    cwd,
    env: npmEnv(place),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const text = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...text }))
  })
}

function npmEnv({ searchPath, temp }: Place): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: temp,
    TMPDIR: temp,
    LANG: 'C.UTF-8',
    npm_config_cache: join(temp, 'npm'),
    npm_config_update_notifier: 'false',
  }
}
