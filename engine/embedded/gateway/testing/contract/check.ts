import type { Workbench, WorkbenchOptions } from '../workbench.ts'

/** Shows a statement on a workbench of its own; throws where it does not hold. */
export interface OwnCheck {
  readonly options?: WorkbenchOptions
  readonly run: (bench: Workbench) => Promise<void>
}

/** The statement is shown by a test elsewhere: its file, from `engine/`, and its title as the file has it. */
export interface TestElsewhere {
  readonly file: string
  readonly title: string
}

export type Check = OwnCheck | TestElsewhere

/** The program of 24 November 2025. */
export const AS_2025 = ['kubernaut-2025-11-24'] as const

export const PROMETHEUS = '/api/v1/signals/prometheus'
export const EVENT = '/api/v1/signals/kubernetes-event'

export const check = (run: OwnCheck['run'], options: WorkbenchOptions = {}): OwnCheck => ({ options, run })

export const elsewhere = (file: string, title: string): TestElsewhere => ({ file, title })
