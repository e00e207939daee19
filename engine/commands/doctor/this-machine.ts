import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { textAt, type Json } from '../../base/json.ts'
import { bad, neededBy, off, ok, type Check } from './check.ts'
import type { RunTool } from './tools.ts'

export interface Machine {
  /** `20.19.0`. */
  readonly nodeVersion: string
  readonly tempFolder: string
  /** Folder of the package. */
  readonly root: string
  readonly run: RunTool
  readonly target: string
  /** Flags that lead kubectl to the same cluster. */
  readonly kubectlFlags: readonly string[]
}

const NODE = [20, 19] as const

/** What must be installed here. */
export async function machineChecks(machine: Machine): Promise<readonly Check[]> {
  const { run, target } = machine
  const isKind = target === 'kind'
  return Promise.all([
    Promise.resolve(nodeCheck(machine.nodeVersion)),
    packageCheck(machine.root),
    tempCheck(machine.tempFolder),
    redisCheck(run),
    dockerCheck(run).then((check) => neededBy(isKind, check)),
    kindCheck(run).then((check) => neededBy(isKind, check)),
    kubectlCheck(machine),
  ])
}

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > NODE[0] || (major === NODE[0] && minor >= NODE[1])
  return isNew
    ? ok('node', version)
    : bad('node', `${version}, expected ${NODE.join('.')} or newer`, 'install a newer Node.js')
}

async function packageCheck(root: string): Promise<Check> {
  const missing = await Promise.all(
    ['dist/thread.js', 'dist/watchdog.js', 'kind/profiles', 'schemas'].map(async (path) =>
      (await isThere(join(root, path))) ? [] : [path],
    ),
  )
  const names = missing.flat()
  return names.length === 0
    ? ok('gwscen', 'its files are all there')
    : bad('gwscen', `${names.join(', ')} missing in ${root}`, 'npm install; in a checkout: npm run build')
}

async function tempCheck(folder: string): Promise<Check> {
  return (await isThere(folder, constants.W_OK))
    ? ok('temporary folder', `${folder} can be written`)
    : bad('temporary folder', `${folder} cannot be written`, 'set TMPDIR to a folder that can')
}

async function redisCheck(run: RunTool): Promise<Check> {
  const { code, out } = await run('redis-server', ['--version'])
  const [, version] = /v=(\S+)/.exec(out) ?? []
  return code === 0 && version !== undefined
    ? ok('redis-server', `${version}, for the embedded target`)
    : off('redis-server', 'not installed; the embedded target uses the built-in one')
}

async function dockerCheck(run: RunTool): Promise<Check> {
  const { code, out, err } = await run('docker', ['version', '--format', '{{.Server.Version}}'])
  if (code === 0) return ok('docker', `daemon ${out.trim()}`)
  if (code === undefined && err === '') return bad('docker', 'not installed', 'install Docker')
  return bad('docker', `no daemon answers: ${firstLine(err)}`, 'start it: sudo systemctl start docker')
}

async function kindCheck(run: RunTool): Promise<Check> {
  const { code, out } = await run('kind', ['version'])
  const [version] = /v\d\S*/.exec(out) ?? []
  return code === 0 && version !== undefined
    ? ok('kind', version)
    : bad('kind', 'not installed', 'go install sigs.k8s.io/kind@latest')
}

const VERSION = ['version', '-o', 'json']

/** gwscen itself does not call kubectl; the commands that it prints do. */
async function kubectlCheck({ run, kubectlFlags, target }: Machine): Promise<Check> {
  const asksServer = target !== 'embedded' || kubectlFlags.length > 0
  const asked = asksServer ? jsonOf((await run('kubectl', [...VERSION, ...kubectlFlags])).out) : undefined
  // Without its server kubectl may say nothing of itself either.
  const versions = asked ?? jsonOf((await run('kubectl', [...VERSION, '--client'])).out)
  const client = textAt(versions, 'clientVersion', 'gitVersion')
  if (client === undefined) return off('kubectl', 'not installed; only the commands that are printed need it')
  const server = textAt(versions, 'serverVersion', 'gitVersion')
  if (server === undefined) return ok('kubectl', client)
  const skew = Math.abs(minorOf(client) - minorOf(server))
  return skew <= 1
    ? ok('kubectl', `${client}, the server is ${server}`)
    : off(
        'kubectl',
        `${client} is ${skew} versions away from the server, which is ${server}`,
        `install a kubectl of ${server.split('.').slice(0, 2).join('.')}`,
      )
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0)
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}

async function isThere(path: string, mode = constants.R_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}
