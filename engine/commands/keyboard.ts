import type { Signal } from './world.ts'

/** Single keys of a terminal, as long as somebody listens. */
export interface Keyboard {
  /** Calls the listener at each key: a character, `enter`, `escape`, `backspace`. The returned function ends that. */
  onKey(listener: (key: string) => void): () => void
}

/** What of a terminal a keyboard needs. */
export interface KeyInput {
  setRawMode(on: boolean): unknown
  on(event: 'data', listener: (data: Buffer) => void): unknown
  off(event: 'data', listener: (data: Buffer) => void): unknown
  resume(): unknown
  pause(): unknown
}

export interface KeyboardProcess {
  /** Whether this process may read the terminal; a job in the background would be stopped for trying. */
  isForeground(): boolean
  /** Ctrl-C, which is no signal while single keys are read. */
  interrupt(signal: Signal): void
  /** Stops this job as Ctrl-Z does, until it is continued. */
  stopJob(): void
  /** Calls the listener when the job was continued; the returned function ends that. */
  onContinued(listener: () => void): () => void
}

const ESCAPE = '\u001b'
const SEQUENCE = new RegExp(`${ESCAPE}[[O][\\d;]*[A-Za-z~]`, 'g')
const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'
const NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  [ESCAPE]: 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
}

/** Reads single keys from the first listener on until the last one is gone; the terminal is then as it was. */
export function openKeyboard(input: KeyInput, job: KeyboardProcess): Keyboard {
  const listeners = new Set<(key: string) => void>()
  let ignoreContinued: (() => void) | undefined
  let isReading = false
  const read = (): void => {
    if (isReading || !job.isForeground()) return
    isReading = true
    input.setRawMode(true)
    input.on('data', onData)
    input.resume()
  }
  const rest = (): void => {
    if (!isReading) return
    isReading = false
    input.setRawMode(false)
    input.off('data', onData)
    input.pause()
  }
  const press = (key: string): void => {
    if (key === CTRL_C) job.interrupt('SIGINT')
    else if (key === CTRL_Z) {
      rest()
      job.stopJob()
    } else for (const listener of [...listeners]) listener(NAMES[key] ?? key)
  }
  const onData = (data: Buffer): void => {
    for (const key of keysOf(data.toString('utf8'))) press(key)
  }
  const begin = (): void => {
    // The shell may have changed the mode of the terminal meanwhile.
    ignoreContinued = job.onContinued(() => {
      rest()
      read()
    })
    read()
  }
  const end = (): void => {
    ignoreContinued?.()
    rest()
  }
  return {
    onKey: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) begin()
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) end()
      }
    },
  }
}

/** Arrows and other keys that send several characters are no keys of ours. */
function keysOf(text: string): readonly string[] {
  return Array.from(text.replace(SEQUENCE, ''))
}
