import { expect, test } from 'vitest'
import { openKeyboard, type KeyInput } from './keyboard.ts'

class Desk implements KeyInput {
  readonly heard: string[] = []
  raw = false
  flowing = false
  foreground = true
  #data: ((data: Buffer) => void) | undefined
  continued: (() => void) | undefined
  readonly keyboard = openKeyboard(this, {
    isForeground: () => this.foreground,
    interrupt: (signal) => this.heard.push(signal),
    stopJob: () => this.heard.push(`stopped, raw ${this.raw}`),
    onContinued: (listener) => {
      this.continued = listener
      return () => (this.continued = undefined)
    },
  })

  setRawMode(on: boolean): void {
    this.raw = on
  }

  on(_event: 'data', listener: (data: Buffer) => void): void {
    this.#data = listener
    // As a stream of Node does.
    this.flowing = true
  }

  off(): void {
    this.#data = undefined
  }

  resume(): void {
    this.flowing = true
  }

  pause(): void {
    this.flowing = false
  }

  type(text: string): void {
    if (this.flowing) this.#data?.(Buffer.from(text))
  }
}

test('keys are read one by one as long as somebody listens, and then the terminal is as it was', () => {
  const desk = new Desk()
  expect(desk.raw).toBe(false)
  const stop = desk.keyboard.onKey((key) => desk.heard.push(key))
  const stopOther = desk.keyboard.onKey(() => undefined)
  expect([desk.raw, desk.flowing]).toEqual([true, true])
  desk.type('?aé')
  desk.type('\r\u001b\u007f')
  stop()
  expect(desk.raw).toBe(true)
  desk.type('x')
  stopOther()
  stopOther()
  expect(desk.heard).toEqual(['?', 'a', 'é', 'enter', 'escape', 'backspace'])
  expect([desk.raw, desk.flowing, desk.continued]).toEqual([false, false, undefined])
})

test('an arrow is no escape', () => {
  const desk = new Desk()
  desk.keyboard.onKey((key) => desk.heard.push(key))
  desk.type('\u001b[A\u001b[1;5Cq\u001bOP')
  expect(desk.heard).toEqual(['q'])
})

test('Ctrl-C interrupts, and no listener sees it', () => {
  const desk = new Desk()
  desk.keyboard.onKey((key) => desk.heard.push(key))
  desk.type('\u0003')
  expect(desk.heard).toEqual(['SIGINT'])
})

test('Ctrl-Z gives the terminal back before the job stops, and keys are read again when it goes on', () => {
  const desk = new Desk()
  desk.keyboard.onKey((key) => desk.heard.push(key))
  desk.type('\u001a')
  expect(desk.heard).toEqual(['stopped, raw false'])
  expect(desk.raw).toBe(false)
  desk.continued?.()
  expect(desk.raw).toBe(true)
  desk.type('q')
  expect(desk.heard.at(-1)).toBe('q')
})

test('a job in the background leaves the terminal alone until it is in the foreground', () => {
  const desk = new Desk()
  desk.foreground = false
  const stop = desk.keyboard.onKey((key) => desk.heard.push(key))
  expect([desk.raw, desk.flowing]).toEqual([false, false])
  desk.foreground = true
  desk.continued?.()
  expect(desk.raw).toBe(true)
  stop()
  expect(desk.raw).toBe(false)
})
