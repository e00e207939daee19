import { dirname, resolve } from 'node:path'
import { isObject } from '../base/json.ts'
import { parseDocument, type Document } from '../document/document.ts'
import { hasTemplate } from '../document/template.ts'
import { assertsIn } from './assertions.ts'
import { digestOf } from './file-memory.ts'
import { readBelow } from './read-file.ts'
import { shownPath } from './roots.ts'
import type { Template } from './scenario.ts'
import type { Slip } from './slip.ts'
import { stepsIn } from './steps-in.ts'
import { templateOf, type TemplateFile } from './template-file.ts'
import { templateScript } from './template-script.ts'

/** The templates that a file uses, and what is wrong with the way it names them. */
export interface UsedTemplates {
  readonly templates: ReadonlyMap<string, TemplateFile>
  readonly slips: readonly Slip[]
  /** Word → file. */
  readonly uses: Readonly<Record<string, string>>
  /** Of these templates and of all that they use, by file. */
  readonly scripts: ReadonlyMap<string, UsedScript>
}

export interface UsedScript {
  readonly template: Template
  readonly document: Document
  /** Of its bytes. */
  readonly digest: string
  /** What this template uses itself. */
  readonly used: UsedTemplates
}

export interface UsingFile {
  /** Absolute. */
  readonly path: string
  readonly root: string
  readonly value: unknown
}

interface Read {
  readonly document: Document
  readonly digest: string
}

/** Reads templates, each once. */
export class TemplateLibrary {
  readonly #cwd: string
  readonly #read = new Map<string, Read | string>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  usedBy(file: UsingFile, chain: readonly string[] = [file.path]): UsedTemplates {
    const templates = new Map<string, TemplateFile>()
    const slips: Slip[] = []
    const uses: Record<string, string> = {}
    const scripts = new Map<string, UsedScript>()
    for (const { word, at } of usesIn(file.value)) {
      const path = resolve(dirname(file.path), word)
      const found = chain.includes(path)
        ? 'this template ends up using itself'
        : this.#templateAt(path, file.root)
      if (typeof found === 'string') {
        const code = chain.includes(path) ? 'TEMPLATE_CYCLE' : 'NO_SUCH_TEMPLATE'
        slips.push({ code, path: at, message: `${word}: ${found}` })
        continue
      }
      const { document, digest } = found
      const inner = this.usedBy({ path, root: file.root, value: document.value }, [...chain, path])
      const cycle = inner.slips.find(({ code }) => code === 'TEMPLATE_CYCLE')
      if (cycle !== undefined)
        slips.push({
          code: 'TEMPLATE_CYCLE',
          path: at,
          message: `${word}: this template ends up using itself`,
        })
      const value = document.value as Readonly<Record<string, unknown>>
      templates.set(word, templateOf(value, assertsIn(value['steps'], inner.templates)))
      uses[word] = document.file
      for (const [name, script] of inner.scripts) scripts.set(name, script)
      const template = templateScript(document, inner.uses)
      scripts.set(document.file, { template, document, digest, used: inner })
    }
    return { templates, slips, uses, scripts }
  }

  #templateAt(path: string, root: string): Read | string {
    const known = this.#read.get(path) ?? this.#readTemplate(path, root)
    this.#read.set(path, known)
    return known
  }

  #readTemplate(path: string, root: string): Read | string {
    const bytes = readBelow(root, path)
    if ('code' in bytes) return bytes.message
    const parsed = parseDocument(shownPath(this.#cwd, path), bytes)
    if (!parsed.ok) return 'this template has problems of its own'
    const { value } = parsed.value
    return isObject(value) && 'template' in value
      ? { document: parsed.value, digest: digestOf(bytes) }
      : 'this is no template: expected the key template in it'
  }
}

interface Use {
  readonly word: string
  readonly at: readonly (string | number)[]
}

function usesIn(value: unknown): readonly Use[] {
  if (!isObject(value)) return []
  const steps = ['steps', 'finally', 'onFailure'].flatMap((list) => stepsIn(value[list], [list]))
  return steps.flatMap(({ step, path }) => {
    const word = isObject(step['use']) ? step['use']['template'] : undefined
    return typeof word === 'string' && !hasTemplate(word) ? [{ word, at: [...path, 'use', 'template'] }] : []
  })
}
