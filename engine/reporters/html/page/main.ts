import { App } from './app.ts'
import { h } from './dom.ts'
import { readReport } from './report.ts'

readReport()
  .then((report) => new App(report).start())
  .catch((error: unknown) =>
    document.body.prepend(h('main', {}, h('p', {}, `The report cannot be shown: ${String(error)}`))),
  )
