/** Elements of XML 1.0, made so that whatever a gateway says can stand in them. */

/** `<name a="b">…</name>` on a line of its own; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...content: readonly string[]
): string {
  const said = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('')
  const inner = content.join('')
  return inner === '' ? `<${name}${said}/>\n` : `<${name}${said}>${inner}</${name}>\n`
}

/** Text between tags. */
export function escapeText(text: string): string {
  return legal(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A parser makes blanks of line ends in attributes unless they are written as numbers. */
function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (blank) => `&#${blank.charCodeAt(0)};`)
}

/** What XML 1.0 cannot say, escaped or not, becomes U+FFFD: controls, lone surrogates, noncharacters. */
function legal(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
