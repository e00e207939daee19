export type Decoded =
  | { readonly text: string }
  | { readonly code: 'TOO_BIG' | 'NOT_TEXT'; readonly message: string; readonly readable: string }

/** Bytes of a file → its text, or why it cannot be one. `readable` is what an editor would show, for positions. */
export function decode(source: string | Uint8Array, mostBytes: number): Decoded {
  const size = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength
  if (size > mostBytes) {
    const message = `the file is too big: expected at most ${mebibytes(mostBytes)}, got ${mebibytes(size)}`
    return { code: 'TOO_BIG', message, readable: '' }
  }
  return typeof source === 'string' ? refuseNul(source) : decodeBytes(source)
}

function decodeBytes(bytes: Uint8Array): Decoded {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return refuse(`the file is ${wide}: expected UTF-8; save it as UTF-8`, '')
  try {
    return refuseNul(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    const readable = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    return refuse('the file is not valid UTF-8: save it as UTF-8', readable)
  }
}

/** UTF-16 is told by its byte order mark, or by zero bytes in every other place of the first characters. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16'
  if (first === 0xfe && second === 0xff) return 'UTF-16'
  const zeros = [first, second, third, fourth].map((byte) => byte === 0)
  const alternating = zeros[0] !== zeros[1] && zeros[0] === zeros[2] && zeros[1] === zeros[3]
  return bytes.length >= 4 && alternating ? 'UTF-16' : undefined
}

function refuseNul(text: string): Decoded {
  return text.includes('\0') ? refuse('the file holds a NUL character: expected plain text', text) : { text }
}

function refuse(message: string, readable: string): Decoded {
  return { code: 'NOT_TEXT', message, readable }
}

/** Where the character is that makes a text unreadable: a NUL or the mark of a broken sequence. */
export function firstUnreadable(readable: string): number {
  return Math.max(0, readable.search(/[\0\ufffd]/))
}

function mebibytes(bytes: number): string {
  return `${Math.ceil((bytes / 1024 / 1024) * 100) / 100} MiB`
}
