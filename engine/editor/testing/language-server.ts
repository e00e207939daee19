import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { frame, Unframer, type Message } from './message-frames.ts'
import type { Position } from './cursor.ts'

/** A place in a file that the server complains about; lines and characters from 0. */
export interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: Position; readonly end: Position }
}

export interface Completion {
  readonly label: string
  readonly insertText?: string
  /** 15 is a snippet. */
  readonly kind?: number
}

export interface ServerOptions {
  /** Folder that an editor would have opened. */
  readonly workspace: string
  /** Settings of the editor by section, such as `yaml`. */
  readonly settings: Readonly<Record<string, unknown>>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The real yaml-language-server over stdio, and as much of an editor as it needs to answer. */
export class LanguageServer implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #settings: ServerOptions['settings']
  readonly #answers = new Map<number, Waiting>()
  readonly #diagnostics = new Map<string, Waiting>()
  readonly #ended: Promise<void>
  #configured: () => void = () => undefined
  #lastId = 0
  #end: Error | undefined

  static async start(options: ServerOptions): Promise<LanguageServer> {
    const server = new LanguageServer(options)
    const configured = new Promise<void>((resolve) => {
      server.#configured = resolve
    })
    await server.#introduce(options)
    await configured
    return server
  }

  private constructor({ settings }: ServerOptions) {
    this.#settings = settings
    const folder = dirname(createRequire(import.meta.url).resolve('yaml-language-server/package.json'))
    this.#process = spawn(process.execPath, [join(folder, 'bin', 'yaml-language-server'), '--stdio'])
    const unframer = new Unframer()
    this.#process.stdout.on('data', (chunk: Buffer) => {
      for (const message of unframer.take(chunk)) this.#receive(message)
    })
    this.#process.stdin.on('error', (error) => this.#giveUp(error))
    this.#process.on('error', (error) => this.#giveUp(error))
    this.#ended = new Promise((resolve) => {
      this.#process.on('close', (code) => {
        this.#giveUp(new Error(`the language server has ended with ${code}`))
        resolve()
      })
    })
  }

  /** Opens a file that need not be on disk; gives what the server says of it. */
  open(uri: string, text: string): Promise<readonly Diagnostic[]> {
    const diagnostics = this.#wait(this.#diagnostics, uri)
    const textDocument = { uri, languageId: 'yaml', version: 1, text }
    this.#send({ method: 'textDocument/didOpen', params: { textDocument } })
    return diagnostics as Promise<readonly Diagnostic[]>
  }

  async completions(uri: string, position: Position): Promise<readonly Completion[]> {
    const params = { textDocument: { uri }, position }
    const found = (await this.#ask('textDocument/completion', params)) as {
      readonly items: readonly Completion[]
    }
    return found.items
  }

  /** The Markdown of the tooltip; empty when there is none. */
  async hover(uri: string, position: Position): Promise<string> {
    const found = await this.#ask('textDocument/hover', { textDocument: { uri }, position })
    return (found as { readonly contents: { readonly value: string } } | null)?.contents.value ?? ''
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end === undefined) {
      await this.#ask('shutdown', null)
      this.#send({ method: 'exit' })
    }
    await this.#ended
  }

  async #introduce({ workspace }: ServerOptions): Promise<void> {
    const rootUri = pathToFileURL(workspace).href
    await this.#ask('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'gwscen' }],
      capabilities: {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: {
          completion: { completionItem: { snippetSupport: true } },
          hover: { contentFormat: ['markdown'] },
        },
      },
    })
    this.#send({ method: 'initialized', params: {} })
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#lastId += 1
    const answer = this.#wait(this.#answers, this.#lastId)
    this.#send({ id: this.#lastId, method, params })
    return answer
  }

  #wait<Key>(waiting: Map<Key, Waiting>, key: Key): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#end === undefined) waiting.set(key, { resolve, reject })
      else reject(this.#end)
    })
  }

  #send(message: Message): void {
    this.#process.stdin.write(frame(message))
  }

  #receive({ id, method, params, result, error }: Message): void {
    if (method === undefined) {
      const waiting = this.#answers.get(Number(id))
      this.#answers.delete(Number(id))
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new Error(error.message))
      return
    }
    if (id !== undefined) this.#answer(id, method, params)
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: unknown }
      this.#diagnostics.get(uri)?.resolve(diagnostics)
      this.#diagnostics.delete(uri)
    }
  }

  /** Answers what the server asks of an editor: its settings, and nothing else. */
  #answer(id: number | string, method: string, params: unknown): void {
    if (method !== 'workspace/configuration') {
      this.#send({ id, result: null })
      return
    }
    const { items } = params as { readonly items: readonly { readonly section: string }[] }
    this.#send({ id, result: items.map(({ section }) => this.#settings[section] ?? null) })
    this.#configured()
  }

  #giveUp(error: Error): void {
    this.#end ??= error
    for (const { reject } of [...this.#answers.values(), ...this.#diagnostics.values()]) reject(this.#end)
    this.#answers.clear()
    this.#diagnostics.clear()
  }
}
