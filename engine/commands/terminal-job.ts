import { readFileSync } from 'node:fs'
import type { KeyboardProcess } from './keyboard.ts'

/** This process as a job of the shell that started it. `beforeStop` is called while it can still write. */
export function terminalJob(own: NodeJS.Process, beforeStop: () => void): KeyboardProcess {
  return {
    isForeground: () => own.platform !== 'linux' || isForegroundJob(statOf('self')),
    interrupt: (signal) => {
      if (!own.emit(signal, signal)) own.exit(130)
    },
    stopJob: () => {
      beforeStop()
      // The whole job, npx with us, as the terminal does it.
      own.kill(0, 'SIGTSTP')
    },
    onContinued: (listener) => {
      own.on('SIGCONT', listener)
      return () => void own.off('SIGCONT', listener)
    },
  }
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ''
  }
}

/** Whether the process group that `/proc/…/stat` names is the one its terminal listens to; also where nobody can tell. */
export function isForegroundJob(stat: string): boolean {
  // The name before these may hold blanks and brackets.
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === foreground
}
