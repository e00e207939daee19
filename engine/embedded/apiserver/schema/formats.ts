const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function isDateTime(text: string): boolean {
  return isDate(text.slice(0, 10)) && /[Tt]/.test(text.charAt(10)) && TIME.test(text.slice(11))
}

function isWhole(limit: number): (value: number) => boolean {
  return (value) => Number.isInteger(value) && value >= -limit && value <= limit - 1
}

/** The formats that the API server checks; a schema may name others, which then say nothing. */
export const FORMATS = {
  int32: { type: 'number', validate: isWhole(2 ** 31) },
  int64: { type: 'number', validate: isWhole(2 ** 63) },
  date: isDate,
  'date-time': isDateTime,
  byte: BASE64,
  uuid: UUID,
} as const
