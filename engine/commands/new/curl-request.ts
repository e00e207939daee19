import { suggest } from '../../base/suggest.ts'
import { curlWords, refused } from './curl-words.ts'

/** What a curl command asks for. */
export interface CurlRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Names of headers that were left out: what authenticates belongs into no file. */
  readonly secrets: readonly string[]
}

const SECRET = /^(authorization|proxy-authorization|cookie|x-.*-token|x-api-key)$/

/** Flags with a value: what they do, by every spelling. `skip`: of no account here. */
const WITH_VALUE: Readonly<Record<string, 'method' | 'header' | 'data' | 'json' | 'url' | 'user' | 'skip'>> =
  {
    '-X': 'method',
    '--request': 'method',
    '-H': 'header',
    '--header': 'header',
    '-d': 'data',
    '--data': 'data',
    '--data-raw': 'data',
    '--data-binary': 'data',
    '--data-ascii': 'data',
    '--json': 'json',
    '--url': 'url',
    '-u': 'user',
    '--user': 'user',
    '-o': 'skip',
    '--output': 'skip',
    '-w': 'skip',
    '--write-out': 'skip',
    '-m': 'skip',
    '--max-time': 'skip',
    '--connect-timeout': 'skip',
    '-A': 'skip',
    '--user-agent': 'skip',
    '--cacert': 'skip',
  }

const ALONE = new Set(
  '-s -S -k -i -v -L -f -g --silent --show-error --insecure --include --verbose --location --fail --compressed --globoff --no-progress-meter --http1.1'.split(
    ' ',
  ),
)

/** Reads a pasted curl command; a usage error says what of it is not understood. */
export function curlRequest(text: string): CurlRequest {
  const draft = new CurlDraft()
  const words = [...curlWords(text)]
  while (words.length > 0) readWord(words, draft)
  return draft.request()
}

function readWord(words: string[], draft: CurlDraft): void {
  const word = words.shift() ?? ''
  // `-sSX POST` and `-HAccept:*/*`: flags in one word, the last of which may have its value behind it.
  const [, first = '', rest = ''] = /^(-\w)(.+)$/.exec(word) ?? []
  if (!word.startsWith('-') || word === '-') draft.add('url', word)
  else if (WITH_VALUE[word] !== undefined) draft.add(WITH_VALUE[word], valueBehind(word, words))
  else if (ALONE.has(word)) return
  else if (WITH_VALUE[first] !== undefined) draft.add(WITH_VALUE[first], rest)
  else if (ALONE.has(first)) words.unshift(`-${rest}`)
  else throw unknownFlag(word)
}

function valueBehind(word: string, words: string[]): string {
  const value = words.shift()
  if (value === undefined) throw refused(`${word} has no value behind it`)
  return value
}

function unknownFlag(word: string): Error {
  const near = suggest(word, [...Object.keys(WITH_VALUE), ...ALONE])
  return refused(`${word} is not understood${near === undefined ? '' : `; did you mean ${near}?`}`)
}

class CurlDraft {
  #method: string | undefined
  #url: string | undefined
  readonly #headers: Record<string, string> = {}
  readonly #secrets: string[] = []
  readonly #body: string[] = []

  add(kind: (typeof WITH_VALUE)[string], value: string): void {
    if (kind === 'method') this.#method = value
    if (kind === 'user') this.#secrets.push('authorization')
    if (kind === 'header') this.#addHeader(value)
    if (kind === 'data' || kind === 'json') this.#addData(value)
    if (kind === 'json') this.#headers['content-type'] ??= 'application/json'
    if (kind === 'url') this.#addUrl(value)
  }

  request(): CurlRequest {
    if (this.#url === undefined) throw refused('there is no address in it')
    const url = this.#url.includes('://') ? this.#url : `http://${this.#url}`
    if (!URL.canParse(url)) throw refused(`${this.#url} is no address`)
    const { pathname, search } = new URL(url)
    return {
      method: this.#method ?? (this.#body.length > 0 ? 'POST' : 'GET'),
      path: `${pathname}${search}`,
      headers: this.#headers,
      secrets: this.#secrets,
      ...(this.#body.length === 0 ? {} : { body: this.#body.join('&') }),
    }
  }

  #addHeader(line: string): void {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/s.exec(line) ?? []
    if (name === '') throw refused(`${JSON.stringify(line)} is no header; expected name: value`)
    const lower = name.trim().toLowerCase()
    if (SECRET.test(lower)) this.#secrets.push(lower)
    else if (lower !== 'host' && lower !== 'content-length') this.#headers[lower] = value
  }

  #addData(value: string): void {
    if (value.startsWith('@'))
      throw refused(`${value} stands for a file; paste what is in it, or use --from-alert ${value.slice(1)}`)
    this.#body.push(value)
  }

  #addUrl(value: string): void {
    if (this.#url !== undefined) throw refused(`there are two addresses: ${this.#url} and ${value}`)
    this.#url = value
  }
}
