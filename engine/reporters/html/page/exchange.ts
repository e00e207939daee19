import type { TimedExchange } from '../model.ts'
import { h, type Child } from './dom.ts'
import { bodyText, duration, moment } from './format.ts'
import { folded, textBlock } from './parts.ts'

/** Requests and their replies; when there are many each is opened on its own. */
export function exchangeList(exchanges: readonly TimedExchange[]): readonly Child[] {
  const openAll = exchanges.length <= 2
  return exchanges.map((exchange) =>
    folded(titleOf(exchange), () => contentOf(exchange), { open: openAll, class: 'exchange' }),
  )
}

function titleOf({ method, path, status, transportError, ms, at }: TimedExchange): readonly Child[] {
  const answer = status === undefined ? `no reply: ${transportError ?? 'unknown'}` : String(status)
  const isBad = status === undefined || status >= 500
  return [
    h('b', {}, method),
    ' ',
    h('span', { class: 'path' }, path),
    ' → ',
    h('b', { class: isBad ? 'bad' : '' }, answer),
    h('span', { class: 'dim' }, ` ${duration(ms)}, at ${moment(at)}`),
  ]
}

function contentOf(exchange: TimedExchange): readonly Child[] {
  const { requestHeaders, requestBody, headers, body, status, transportError } = exchange
  return [
    h(
      'div',
      { class: 'pair' },
      h('div', {}, h('h4', {}, 'Request'), headerFold(requestHeaders), bodyBlock(requestBody)),
      h(
        'div',
        {},
        h('h4', {}, status === undefined ? 'No reply' : `Reply ${status}`),
        headers === undefined ? undefined : headerFold(headers),
        transportError === undefined ? undefined : h('p', { class: 'bad' }, transportError),
        bodyBlock(body),
      ),
    ),
  ]
}

function headerFold(headers: Readonly<Record<string, string>>): HTMLElement | undefined {
  const entries = Object.entries(headers)
  if (entries.length === 0) return undefined
  return folded([`${entries.length} ${entries.length === 1 ? 'header' : 'headers'}`], () => [
    h('pre', {}, entries.map(([name, value]) => `${name}: ${value}`).join('\n')),
  ])
}

function bodyBlock(body: string | undefined): HTMLElement {
  return body === undefined || body === ''
    ? h('p', { class: 'dim' }, 'no body')
    : textBlock(bodyText(body), 'body')
}
