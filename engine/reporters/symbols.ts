import type { Outcome } from '../base/failure.ts'
import type { Tone } from './text.ts'

/** What a report draws with; one cell each but for the ellipsis. */
export interface Symbols {
  readonly marks: Readonly<Record<Outcome, string>>
  readonly dot: string
  readonly times: string
  readonly ellipsis: string
}

export const unicodeSymbols: Symbols = {
  marks: {
    passed: '✓',
    failed: '✗',
    broken: '!',
    flaky: '≈',
    skipped: '○',
    quarantined: '◌',
    gap: '△',
    cancelled: '■',
  },
  dot: '·',
  times: '×',
  ellipsis: '…',
}

export const asciiSymbols: Symbols = {
  marks: {
    passed: '+',
    failed: 'x',
    broken: '!',
    flaky: '~',
    skipped: '-',
    quarantined: 'q',
    gap: 'g',
    cancelled: '#',
  },
  dot: '|',
  times: 'x',
  ellipsis: '...',
}

export const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  passed: 'good',
  failed: 'bad',
  broken: 'bad',
  flaky: 'warn',
  skipped: 'dim',
  quarantined: 'warn',
  gap: 'warn',
  cancelled: 'dim',
}

export interface LocaleEnv {
  readonly LC_ALL?: string | undefined
  readonly LC_CTYPE?: string | undefined
  readonly LANG?: string | undefined
}

/** The first of the three that is set decides, as in POSIX; none means the C locale. */
export function speaksUnicode({ LC_ALL, LC_CTYPE, LANG }: LocaleEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '')
  return locale !== undefined && /utf-?8/i.test(locale)
}
