/** Reads a value that the document holds packed: JSON, gzip, base64. */
async function readPacked(element: Element): Promise<unknown> {
  const binary = atob(element.textContent)
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return JSON.parse(await new Response(stream).text()) as unknown
}

export async function readIndex(): Promise<unknown> {
  const element = document.getElementById('index')
  if (element === null) throw new Error('the report has no index; its file is not whole')
  return readPacked(element)
}

const chunks = new Map<number, Promise<unknown>>()

/** Every chunk is read once. It may stand in a part of the document that is not there yet. */
export function readChunk(number: number): Promise<unknown> {
  const known = chunks.get(number)
  if (known !== undefined) return known
  const reading = elementOf(`chunk-${number}`).then(readPacked)
  chunks.set(number, reading)
  return reading
}

async function elementOf(id: string): Promise<Element> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }))
  const element = document.getElementById(id)
  if (element === null) throw new Error(`the report has no ${id}; its file is not whole`)
  return element
}
