const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+/
const QUOTED = /^"(?:[^"\\\r\n]|\\.)*"/

/** The media type of a `Content-Type` value in lower case, or undefined where Go's parser refuses the value. */
export function parseMediaType(value: string): string | undefined {
  const [base = ''] = value.split(';', 1)
  const type = base.trim().toLowerCase()
  if (!/^[!#$%&'*+\-.^_`|~\w]+(?:\/[!#$%&'*+\-.^_`|~\w]+)?$/.test(type)) return undefined
  return hasValidParameters(value.slice(base.length)) ? type : undefined
}

function hasValidParameters(text: string): boolean {
  const seen = new Map<string, string>()
  let rest = text.trimStart()
  while (rest !== '') {
    const parameter = readParameter(rest)
    if (parameter === undefined) return rest.trim() === ';'
    const known = seen.get(parameter.name)
    if (known !== undefined && known !== parameter.value) return false
    seen.set(parameter.name, parameter.value)
    rest = parameter.rest.trimStart()
  }
  return true
}

interface Parameter {
  readonly name: string
  readonly value: string
  readonly rest: string
}

/** `; name=token` or `; name="text"`. */
function readParameter(text: string): Parameter | undefined {
  if (!text.startsWith(';')) return undefined
  const afterSemicolon = text.slice(1).trimStart()
  const name = TOKEN.exec(afterSemicolon)?.[0]
  if (name === undefined) return undefined
  const afterName = afterSemicolon.slice(name.length).trimStart()
  if (!afterName.startsWith('=')) return undefined
  const afterEquals = afterName.slice(1).trimStart()
  const value = (TOKEN.exec(afterEquals) ?? QUOTED.exec(afterEquals))?.[0]
  if (value === undefined) return undefined
  return { name: name.toLowerCase(), value, rest: afterEquals.slice(value.length) }
}
