import { duration } from '../format.ts'
import { markOf } from '../words.ts'
import type { Colours } from './colours.ts'
import { FORWARD_HEIGHT, HEAD_HEIGHT, type LaneBar, type TimelineRow } from './rows.ts'
import { ticksOf, xOf, type Scale } from './scale.ts'

/** Left of it stand the names of the rows. */
export const GUTTER = 64
export const AXIS = 24

export interface Scene {
  readonly rows: readonly TimelineRow[]
  readonly scale: Scale
  readonly colours: Colours
  readonly height: number
  /** How far it is scrolled down. */
  readonly scroll: number
  readonly cursor?: LaneBar
  /** What a filter chooses; the others are pale. */
  readonly isChosen: (bar: LaneBar) => boolean
}

const FONT = '12px system-ui, sans-serif'

/** Draws what can be seen of the timeline; one unit is one CSS pixel. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { rows, scale, colours, height, scroll } = scene
  const width = GUTTER + scale.width
  context.clearRect(0, 0, width, height)
  context.font = FONT
  context.textBaseline = 'middle'
  grid(context, scene)
  for (const row of rows) {
    const y = AXIS + row.top - scroll
    if (y + row.height < AXIS || y > height) continue
    context.save()
    context.beginPath()
    context.rect(0, AXIS, width, height - AXIS)
    context.clip()
    if (row.kind === 'thread') threadRow(context, scene, { row, y })
    else laneRow(context, scene, { row, y })
    context.restore()
  }
  context.fillStyle = colours.ground
  context.fillRect(0, 0, width, AXIS - 1)
  axis(context, scene)
}

function grid(context: CanvasRenderingContext2D, { scale, colours, height }: Scene): void {
  context.fillStyle = colours.line
  for (const tick of ticksOf(scale)) context.fillRect(Math.round(GUTTER + xOf(scale, tick)), AXIS, 1, height)
}

function axis(context: CanvasRenderingContext2D, { scale, colours }: Scene): void {
  context.fillStyle = colours.line
  context.fillRect(0, AXIS - 1, GUTTER + scale.width, 1)
  context.fillStyle = colours.dim
  context.textAlign = 'left'
  for (const tick of ticksOf(scale)) context.fillText(duration(tick), GUTTER + xOf(scale, tick) + 4, AXIS / 2)
}

interface Placed<K extends TimelineRow['kind']> {
  readonly row: Extract<TimelineRow, { readonly kind: K }>
  readonly y: number
}

/** Its name, and each of its forwards for as long as there was one. */
function threadRow(
  context: CanvasRenderingContext2D,
  { scale, colours }: Scene,
  { row, y }: Placed<'thread'>,
): void {
  const { thread, forwards, from, to, lost } = row
  context.fillStyle = colours.line
  context.fillRect(0, y, GUTTER + scale.width, 1)
  context.fillStyle = colours.text
  context.textAlign = 'left'
  context.font = `600 ${FONT}`
  context.fillText(`thread ${thread}`, 6, y + HEAD_HEIGHT / 2 + 1)
  context.font = FONT
  context.fillStyle = lost === undefined ? colours.dim : colours.endings.broken
  const told = lost === undefined ? '' : `, lost: ${lost}`
  context.fillText(`${forwards.length} forwards${told}`, GUTTER + 4, y + HEAD_HEIGHT / 2 + 1)
  const left = GUTTER + Math.max(0, xOf(scale, from))
  const right = GUTTER + Math.min(scale.width, xOf(scale, to))
  context.fillStyle = colours.forward
  for (const index of forwards.keys())
    context.fillRect(
      left,
      y + HEAD_HEIGHT + index * FORWARD_HEIGHT,
      Math.max(0, right - left),
      FORWARD_HEIGHT - 1,
    )
}

function laneRow(context: CanvasRenderingContext2D, scene: Scene, { row, y }: Placed<'lane'>): void {
  const { scale, colours } = scene
  context.fillStyle = colours.dim
  context.textAlign = 'right'
  context.fillText(`lane ${row.lane}`, GUTTER - 8, y + row.height / 2)
  context.save()
  context.beginPath()
  context.rect(GUTTER, AXIS, scale.width, scene.height)
  context.clip()
  for (const bar of row.bars) {
    if (bar.end < scale.from || bar.from > scale.to) continue
    attemptBar(context, scene, { bar, y: y + 2, height: row.height - 4 })
  }
  context.restore()
}

interface PlacedBar {
  readonly bar: LaneBar
  readonly y: number
  readonly height: number
}

/** Pale where it worked, full in its lower half where a step ran, hatched where one waited, a bracket above what must hold. */
function attemptBar(context: CanvasRenderingContext2D, scene: Scene, { bar, y, height }: PlacedBar): void {
  const { scale, colours, cursor, isChosen } = scene
  const left = GUTTER + xOf(scale, bar.from)
  const width = Math.max(1.5, GUTTER + xOf(scale, bar.end) - left - 1)
  context.globalAlpha = isChosen(bar) ? 1 : 0.2
  context.fillStyle = colours.soft[bar.ending]
  context.fillRect(left, y, width, height)
  if (width > 12) {
    for (const step of bar.steps) stepBar(context, scene, { step, y, height })
    heldBars(context, scene, { bar, y, height })
  }
  context.fillStyle = colours.endings[bar.ending]
  context.fillRect(left, y, Math.min(3, width), height)
  if (width > 34) label(context, scene, { bar, left: Math.max(left, GUTTER) + 7, right: left + width, y })
  context.globalAlpha = 1
  if (bar !== cursor) return
  context.strokeStyle = colours.accent
  context.lineWidth = 2
  context.strokeRect(left - 1, y - 1, width + 2, height + 2)
}

interface PlacedStep extends Omit<PlacedBar, 'bar'> {
  readonly step: LaneBar['steps'][number]
}

function stepBar(
  context: CanvasRenderingContext2D,
  { scale, colours }: Scene,
  { step, y, height }: PlacedStep,
): void {
  const xAt = (at: number): number => GUTTER + xOf(scale, at)
  const [left, right] = [xAt(step.from), Math.max(xAt(step.to), xAt(step.from) + 1)]
  context.fillStyle = colours.endings[step.ending]
  if (step.kind === 'window') {
    context.fillRect(left, y, right - left, 2)
    context.fillRect(left, y, 1, 6)
    context.fillRect(right - 1, y, 1, 6)
    return
  }
  const waits =
    step.kind === 'wait' ? left : step.waitsFrom === undefined ? right : Math.max(left, xAt(step.waitsFrom))
  context.fillRect(left, y + height - 5, Math.max(0, waits - left - 0.5), 5)
  if (waits < right) hatch(context, { left: waits, right, top: y + height - 5, height: 5 })
}

/** A dashed line above the steps, for as long as the gateway kept signals back. */
function heldBars(
  context: CanvasRenderingContext2D,
  { scale, colours }: Scene,
  { bar, y, height }: PlacedBar,
): void {
  context.save()
  context.strokeStyle = colours.held
  context.lineWidth = 2
  context.setLineDash([4, 2])
  context.beginPath()
  for (const { from, to } of bar.windows) {
    const [left, right] = [GUTTER + xOf(scale, from), GUTTER + xOf(scale, Math.min(to, bar.end))]
    context.moveTo(left, y + height - 7.5)
    context.lineTo(Math.max(right, left + 1), y + height - 7.5)
  }
  context.stroke()
  context.restore()
}

function hatch(
  context: CanvasRenderingContext2D,
  {
    left,
    right,
    top,
    height,
  }: { readonly left: number; readonly right: number; readonly top: number; readonly height: number },
): void {
  context.save()
  context.beginPath()
  context.rect(left, top, right - left, height)
  context.clip()
  context.strokeStyle = context.fillStyle
  context.lineWidth = 1
  context.beginPath()
  const [from, to] = [Math.max(left, 0) - height, Math.min(right, 8000)]
  for (let x = from; x < to; x += 4) {
    context.moveTo(x, top + height)
    context.lineTo(x + height, top)
  }
  context.stroke()
  context.restore()
}

function label(
  context: CanvasRenderingContext2D,
  { colours }: Scene,
  {
    bar,
    left,
    right,
    y,
  }: { readonly bar: LaneBar; readonly left: number; readonly right: number; readonly y: number },
): void {
  context.save()
  context.beginPath()
  context.rect(left, y, right - left - 3, 40)
  context.clip()
  context.fillStyle = colours.text
  context.textAlign = 'left'
  const attempt = bar.row.attempts.length > 1 ? ` (attempt ${bar.attempt})` : ''
  context.fillText(`${markOf(bar.ending)} ${bar.row.id}${attempt}`, left, y + 9)
  context.restore()
}
