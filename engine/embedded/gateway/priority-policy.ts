/** Severity and environment → priority. */
export type PriorityPolicy = (severity: string, environment: string) => string

const TABLE: Readonly<Record<string, string>> = {
  'critical/production': 'P0',
  'critical/staging': 'P1',
  'warning/production': 'P1',
  'critical/development': 'P2',
  'warning/development': 'P2',
  'warning/staging': 'P2',
}

/** The end-to-end policy: its package is not the one that is asked, so the answer is always the default. */
export const alwaysP2: PriorityPolicy = () => 'P2'

const byTable: PriorityPolicy = (severity, environment) =>
  severity === 'info' ? 'P3' : (TABLE[`${severity}/${environment}`] ?? 'P2')

/** The package that the gateway asks. */
const ASKED = 'kubernaut.gateway.priority'

export type ReadPolicy =
  { readonly ok: true; readonly policy: PriorityPolicy } | { readonly ok: false; readonly problem: string }

/**
 * Recognises one of the two known policies by its package and, for the table, by its rules; anything else is a
 * problem, since no Rego is evaluated here.
 */
export function readPolicy(text: string): ReadPolicy {
  const plain = text.replace(/#.*$/gm, '')
  const name = /^\s*package\s+([\w.]+)/m.exec(plain)?.[1]
  if (name === 'priority') return { ok: true, policy: alwaysP2 }
  if (name === ASKED && sameRules(rulesOf(plain))) return { ok: true, policy: byTable }
  return {
    ok: false,
    problem:
      `priority policy: only two Rego files are known, one of package priority (always P2) and one of package ` +
      `${ASKED} with the repository's table; got package ${name ?? '(none)'}`,
  }
}

/** `severity/environment` (`severity/` alone for any environment) → priority, from the rules of a policy. */
function rulesOf(plain: string): ReadonlyMap<string, string> {
  const rules = new Map<string, string>()
  const pattern = /priority\s*(?::?=)\s*"(P\d)"\s*(?:if\s*)?\{((?:[^{}]|\{[^{}]*\})*)\}/g
  for (const [, priority = '', body = ''] of plain.matchAll(pattern)) {
    const severities = wordsAfter(body, 'severity')
    const environments = wordsAfter(body, 'environment')
    for (const severity of severities) {
      for (const environment of environments.length === 0 ? [''] : environments) {
        rules.set(`${severity}/${environment}`, priority)
      }
    }
  }
  return rules
}

/** The texts that `input.<field>` is compared with, alone or in a set. */
function wordsAfter(body: string, field: string): string[] {
  const found = new RegExp(String.raw`input\.${field}\s*(?:==\s*"(\w+)"|in\s*[\[{]([^\]}]*)[\]}])`).exec(body)
  if (found?.[1] !== undefined) return [found[1]]
  return [...(found?.[2] ?? '').matchAll(/"(\w+)"/g)].map(([, word = '']) => word)
}

function sameRules(rules: ReadonlyMap<string, string>): boolean {
  const expected = Object.entries({ ...TABLE, 'info/': 'P3' })
  return rules.size === expected.length && expected.every(([key, priority]) => rules.get(key) === priority)
}
