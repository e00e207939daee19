import { escapeControls } from './text.ts'

/** A line that GitHub's runner obeys: `::error file=a.yaml,line=3::message`. Nothing in the values ends it early. */
export function workflowCommand(
  command: 'error' | 'warning',
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const said = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${command} ${said.join(',')}::${data(message)}\n`
}

/** The escapes that the runner's toolkit applies to a message; other controls are shown. */
function data(text: string): string {
  const lines = text.split(/(\r?\n|\r)/).map((part) => (/^[\r\n]+$/.test(part) ? part : escapeControls(part)))
  return lines.join('').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** And those for a property. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
