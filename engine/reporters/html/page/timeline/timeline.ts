import { h } from '../dom.ts'
import { duration, moment } from '../format.ts'
import type { Report } from '../report.ts'
import { wordOf } from '../words.ts'
import { readColours, type Colours } from './colours.ts'
import { neighbour, type Direction } from './neighbour.ts'
import { AXIS, GUTTER, paint } from './paint.ts'
import { timelineRows, type LaneBar, type TimelineRow } from './rows.ts'
import { moved, revealing, timeAt, zoomed, type Scale } from './scale.ts'

export interface TimelineOptions {
  readonly report: Report
  readonly open: (scenario: string) => void
}

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'before',
  ArrowRight: 'after',
  ArrowUp: 'above',
  ArrowDown: 'below',
}

/** Threads and lanes over time. Drawn on a canvas, so that ten thousand bars move smoothly. */
export class Timeline {
  readonly element: HTMLElement
  readonly #canvas = h('canvas', { 'aria-hidden': 'true' })
  readonly #told = h('p', { class: 'told-bar', role: 'status', 'aria-live': 'polite' })
  readonly #view: HTMLElement
  readonly #rows: readonly TimelineRow[]
  readonly #end: number
  readonly #open: (scenario: string) => void
  #scale: Scale
  #colours: Colours | undefined
  #cursor: LaneBar | undefined
  #chosen: ReadonlySet<unknown> | undefined
  #isAsked = false

  constructor({ report, open }: TimelineOptions) {
    this.#end = Math.max(1, report.run.endedAt)
    this.#open = open
    this.#rows = timelineRows(report.threads, report.scenarios, this.#end)
    this.#scale = { from: 0, to: this.#end, width: 1 }
    const height = AXIS + this.#rows.reduce((all, row) => all + row.height, 0) + 8
    const spacer = h('div', { class: 'spacer' })
    spacer.style.height = `${height}px`
    this.#view = h(
      'div',
      {
        ...{
          class: 'canvas',
          tabindex: 0,
          role: 'application',
          'aria-label': 'Timeline of threads and lanes',
        },
        'aria-describedby': 'timeline-keys',
        scroll: () => this.#draw(),
        keydown: (event) => this.#key(event as KeyboardEvent),
        wheel: (event) => this.#wheel(event as WheelEvent),
        pointerdown: (event) => this.#drag(event as PointerEvent),
        pointermove: (event) => this.#hover(event as PointerEvent),
        dblclick: () => this.#openCursor(),
      },
      this.#canvas,
      spacer,
    )
    this.element = h(
      'div',
      { class: 'timeline' },
      h('h2', { class: 'spoken' }, 'Timeline'),
      this.#bar(),
      this.#view,
      this.#told,
    )
    new ResizeObserver(() => this.#draw()).observe(this.#view)
  }

  /** Draws anew, also after the colours have changed. */
  refresh(): void {
    this.#colours = undefined
    this.#draw()
  }

  /** Makes everything pale but these. */
  choose(rows: readonly unknown[] | undefined): void {
    this.#chosen = rows === undefined ? undefined : new Set(rows)
    this.#draw()
  }

  focus(): void {
    this.#view.focus()
  }

  #bar(): HTMLElement {
    const button = (text: string, label: string, click: () => void): HTMLElement =>
      h('button', { type: 'button', 'aria-label': label, click }, text)
    const swatch = (kind: string, text: string): HTMLElement =>
      h('span', {}, h('i', { class: `swatch ${kind}` }), text)
    return h(
      'div',
      { class: 'timeline-bar' },
      button('+', 'Zoom in', () => this.#zoom(0.6)),
      button('−', 'Zoom out', () => this.#zoom(1 / 0.6)),
      button('all', 'all: show the whole run', () => this.#set({ ...this.#scale, from: 0, to: this.#end })),
      h(
        'span',
        { class: 'swatches' },
        swatch('work', 'a step works'),
        swatch('wait', 'a step waits'),
        swatch('window', 'must hold all the time'),
        swatch('held', 'the gateway holds signals back'),
        swatch('forward', 'a port-forward'),
      ),
      h('span', { class: 'dim', id: 'timeline-keys' }, 'arrows: from bar to bar · + − 0: zoom · Enter: open'),
    )
  }

  #set(scale: Scale): void {
    this.#scale = scale
    this.#draw()
  }

  #zoom(factor: number, x = this.#scale.width / 2): void {
    this.#set(zoomed(this.#scale, factor, { x, end: this.#end }))
  }

  #key(event: KeyboardEvent): void {
    const { key, shiftKey } = event
    const direction = ARROWS[key]
    if (direction !== undefined && shiftKey)
      this.#set(moved(this.#scale, key === 'ArrowLeft' ? -80 : 80, this.#end))
    else if (direction !== undefined) this.#point(neighbour(this.#rows, this.#cursor, direction))
    else if (key === '+' || key === '=') this.#zoom(0.6)
    else if (key === '-') this.#zoom(1 / 0.6)
    else if (key === '0') this.#set({ ...this.#scale, from: 0, to: this.#end })
    else if (key === 'Enter') this.#openCursor()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  #wheel(event: WheelEvent): void {
    const sideways = event.shiftKey ? event.deltaY : event.deltaX
    if (event.ctrlKey || event.metaKey) this.#zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, this.#xOf(event))
    else if (sideways !== 0) this.#set(moved(this.#scale, sideways, this.#end))
    else return
    event.preventDefault()
  }

  #drag(down: PointerEvent): void {
    const begin = { scale: this.#scale, x: down.clientX, y: down.clientY, scroll: this.#view.scrollTop }
    const move = (event: PointerEvent): void => {
      this.#view.scrollTop = begin.scroll - (event.clientY - begin.y)
      this.#set(moved(begin.scale, begin.x - event.clientX, this.#end))
    }
    const up = (): void => {
      removeEventListener('pointermove', move)
      removeEventListener('pointerup', up)
    }
    addEventListener('pointermove', move)
    addEventListener('pointerup', up)
    const bar = this.#barAt(down)
    if (bar !== undefined) this.#point(bar)
  }

  #hover(event: PointerEvent): void {
    const bar = this.#barAt(event)
    this.#view.style.cursor = bar === undefined ? '' : 'pointer'
    this.#view.title = bar === undefined ? '' : describe(bar)
  }

  #barAt(event: MouseEvent): LaneBar | undefined {
    const y = event.clientY - this.#view.getBoundingClientRect().top - AXIS + this.#view.scrollTop
    const at = timeAt(this.#scale, this.#xOf(event))
    const slack = (2 / this.#scale.width) * (this.#scale.to - this.#scale.from)
    const row = this.#rows.find(({ top, height }) => y >= top && y < top + height)
    if (row?.kind !== 'lane' || this.#xOf(event) < 0) return undefined
    return row.bars.find((bar) => at >= bar.from - slack && at <= bar.end + slack)
  }

  #xOf(event: MouseEvent): number {
    return event.clientX - this.#view.getBoundingClientRect().left - GUTTER
  }

  #point(bar: LaneBar | undefined): void {
    if (bar === undefined) return
    this.#cursor = bar
    this.#told.textContent = describe(bar)
    const row = this.#rows.find((one) => one.kind === 'lane' && one.bars.includes(bar))
    const room = this.#view.clientHeight - AXIS
    if (row !== undefined && row.top < this.#view.scrollTop) this.#view.scrollTop = row.top
    else if (row !== undefined && row.top + row.height > this.#view.scrollTop + room)
      this.#view.scrollTop = row.top + row.height - room
    this.#set(revealing(this.#scale, bar.from, bar.end, this.#end))
  }

  #openCursor(): void {
    if (this.#cursor !== undefined) this.#open(this.#cursor.row.id)
  }

  /** At most once a frame. */
  #draw(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    requestAnimationFrame(() => {
      this.#isAsked = false
      this.#drawNow()
    })
  }

  #drawNow(): void {
    const { clientWidth, clientHeight, scrollTop } = this.#view
    const context = this.#canvas.getContext('2d')
    if (clientWidth <= GUTTER || context === null) return
    this.#colours ??= readColours(this.element)
    this.#scale = { ...this.#scale, width: clientWidth - GUTTER }
    const ratio = devicePixelRatio
    this.#canvas.width = clientWidth * ratio
    this.#canvas.height = clientHeight * ratio
    this.#canvas.style.width = `${clientWidth}px`
    this.#canvas.style.height = `${clientHeight}px`
    context.scale(ratio, ratio)
    const chosen = this.#chosen
    paint(context, {
      ...{
        rows: this.#rows,
        scale: this.#scale,
        colours: this.#colours,
        height: clientHeight,
        scroll: scrollTop,
      },
      isChosen: (bar) => chosen === undefined || chosen.has(bar.row),
      ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }),
    })
  }
}

function describe({ row, attempt, thread, lane, from, end, ending }: LaneBar): string {
  const which = row.attempts.length > 1 ? `, attempt ${attempt}` : ''
  return `${row.id}${which}: ${wordOf(ending)}, ${duration(end - from)} from ${moment(from)}, thread ${thread}, lane ${lane}`
}
