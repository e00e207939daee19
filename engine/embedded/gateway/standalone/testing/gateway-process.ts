import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url))

/** One line of the log. */
export interface Line {
  readonly level: string
  readonly msg: string
  readonly ts: string
  readonly [field: string]: unknown
}

/** `gwscen gateway` as a process of its own, run from the sources, so that nobody looks at an old build. */
export class GatewayProcess {
  readonly child: ChildProcess
  readonly lines: Line[] = []
  readonly #keep: (line: Line) => boolean
  #text = ''
  #waiting: (() => void)[] = []

  /** `keep`: which lines are remembered; all unless told. */
  constructor(
    flags: readonly string[],
    env: Readonly<Record<string, string>>,
    keep: (line: Line) => boolean = () => true,
  ) {
    this.#keep = keep
    const entry = `import { main } from '${ROOT}engine/main.ts'
process.exitCode = await main(process.argv.slice(1), { root: '${ROOT}' })`
    const argv = ['--import', 'tsx', '--input-type=module', '-e', entry, '--', 'gateway', ...flags]
    this.child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'], env })
    this.child.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#read(chunk))
    this.child.once('exit', () => this.#wake())
  }

  /** Rejects when the process ends without such a line. */
  async line(matches: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(matches)
      if (found !== undefined) return found
      if (this.#ended) throw new Error(`the gateway has ended: ${this.said}`)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  async url(): Promise<string> {
    const { port } = await this.line(({ msg }) => msg === 'listening')
    return `http://127.0.0.1:${String(port)}`
  }

  async exit(): Promise<number | null> {
    if (!this.#ended) await once(this.child, 'close')
    return this.child.exitCode
  }

  async kill(): Promise<void> {
    if (this.#ended) return
    const ended = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await ended
  }

  /** All that was written, also what is no JSON. */
  get said(): string {
    return `${this.lines.map((line) => JSON.stringify(line)).join('\n')}${this.#text}`
  }

  get #ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  #read(chunk: string): void {
    const parts = (this.#text + chunk).split('\n')
    this.#text = parts.pop() ?? ''
    for (const part of parts) this.#remember(part)
    this.#wake()
  }

  #remember(part: string): void {
    try {
      const line = JSON.parse(part) as Line
      if (this.#keep(line)) this.lines.push(line)
    } catch {
      // Commander's sentences are no JSON.
      this.#text = `${part}\n${this.#text}`
    }
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume()
  }
}
