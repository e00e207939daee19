import type { Ending } from '../../model.ts'
import { h } from '../dom.ts'
import { ENDINGS } from '../words.ts'

/** The colours of the style sheet, as a canvas takes them. */
export interface Colours {
  readonly ground: string
  readonly text: string
  readonly dim: string
  readonly line: string
  readonly accent: string
  readonly forward: string
  readonly held: string
  readonly endings: Readonly<Record<Ending, string>>
  /** The same, light enough to write on. */
  readonly soft: Readonly<Record<Ending, string>>
}

/** Reads them off an element, because they depend on the theme. */
export function readColours(host: HTMLElement): Colours {
  const probe = h('span', {})
  host.append(probe)
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`
    return getComputedStyle(probe).color
  }
  const each = (suffix: string): Readonly<Record<Ending, string>> =>
    Object.fromEntries(ENDINGS.map((ending) => [ending, read(`${ending}${suffix}`)])) as Record<
      Ending,
      string
    >
  const colours = {
    ...{ ground: read('ground'), text: read('text'), dim: read('dim'), line: read('line') },
    ...{
      accent: read('accent'),
      forward: read('forward'),
      held: read('held'),
      endings: each(''),
      soft: each('-soft'),
    },
  }
  probe.remove()
  return colours
}
