/** What `gwscen explain CODE` tells. */
export interface CodeHelp {
  readonly title: string
  readonly means: string
  readonly mend: string
  /** How it should look. */
  readonly example?: string
}
