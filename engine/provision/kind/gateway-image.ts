import { createHash } from 'node:crypto'
import { chmod, cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolFailed, type Tools } from './tools.ts'

export interface GatewayImageOptions {
  /** Folder of the package. */
  readonly root: string
  /** What the image stands on; has Node 20. */
  readonly base: string
  readonly tempFolder: string
  readonly tools: Tools
  readonly signal: AbortSignal
}

/** What goes into the image, beside the base: of the package what `gwscen gateway` needs to start. */
const PARTS = ['bin', 'dist', 'starter', 'package.json'] as const
/** Stands for all of `dist`; written with it. */
const DIGEST = join('dist', 'digest')
const MARK = 'gwscen.dev/part=reference-gateway'

/** `gwscen/gateway:<hash>`: another one for anything else that goes in. */
export async function gatewayImageName({
  root,
  base,
}: Pick<GatewayImageOptions, 'root' | 'base'>): Promise<string> {
  const hash = createHash('sha256').update(base)
  const told = PARTS.map((part) => (part === 'dist' ? DIGEST : part))
  const parts = await Promise.all(told.map((part) => filesIn(join(root, part))))
  for (const file of [join(root, 'kind', 'Dockerfile'), ...parts.flat()]) {
    hash.update(`\0${file.slice(root.length)}\0`).update(await readFile(file))
  }
  return `gwscen/gateway:${hash.digest('hex').slice(0, 12)}`
}

/** Builds the image of the reference gateway unless it is there. Gives a note for the phase table. */
export async function buildGatewayImage(name: string, options: GatewayImageOptions): Promise<string> {
  const { root, base, tempFolder, tools, signal } = options
  if (await exists(name, options)) return `${name} is there`
  const context = await mkdtemp(join(tempFolder, 'gwscen-image-'))
  try {
    await fillContext(root, context)
    const file = join(root, 'kind', 'Dockerfile')
    const args = ['build', '--quiet', '--tag', name, '--label', MARK, '--build-arg', `BASE=${base}`]
    await tools.run('docker', [...args, '--file', file, context], signal)
    return `${name} built`
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}

/** Puts what goes into the image into a folder. */
export async function fillContext(root: string, context: string): Promise<void> {
  for (const part of PARTS) await cp(join(root, part), join(context, part), { recursive: true })
  await makeReadable(context)
}

async function exists(name: string, { tools, signal }: GatewayImageOptions): Promise<boolean> {
  try {
    await tools.run('docker', ['image', 'inspect', '--format', '{{.Id}}', name], signal)
    return true
  } catch (error) {
    if (error instanceof ToolFailed) return false
    throw error
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  if ((await stat(folder)).isFile()) return [folder]
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

/** Whoever the image runs as must be able to read what this user may keep for himself. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644)
}
