import { gunzipSync } from 'node:zlib'
import type { PageIndex, ScenarioStory } from '../model.ts'

export interface Unpacked {
  readonly index: PageIndex
  /** All chunks as one. */
  readonly values: Readonly<Record<string, unknown>>
  /** What stands in the document itself, and all that it holds packed, as text. */
  readonly text: string
}

/** What an HTML report holds, as its page reads it. */
export function unpacked(html: string): Unpacked {
  const blocks = [
    ...html.matchAll(/<script type="application\/octet-stream" id="([\w-]+)">([^<]*)<\/script>/g),
  ]
  const texts = blocks.map(
    ([, id = '', packed = '']) => [id, gunzipSync(Buffer.from(packed, 'base64')).toString()] as const,
  )
  const index = texts.find(([id]) => id === 'index')?.[1] ?? 'null'
  const chunks = texts.filter(([id]) => id.startsWith('chunk-')).map(([, json]) => JSON.parse(json) as object)
  return {
    index: JSON.parse(index) as PageIndex,
    values: Object.assign({}, ...chunks) as Readonly<Record<string, unknown>>,
    text: [html, ...texts.map(([, json]) => json)].join('\n'),
  }
}

export function storyOf({ values }: Unpacked, scenario: string): ScenarioStory {
  const story = values[`scenario:${scenario}`]
  if (story === undefined) throw new Error(`the report has no story of ${scenario}`)
  return story as ScenarioStory
}
