import { alerts } from './alerts.ts'
import { crd } from './crd.ts'
import { http } from './http.ts'
import { log } from './log.ts'
import { metric } from './metric.ts'
import { redis } from './redis.ts'
import { resource } from './resource.ts'
import { value } from './value.ts'
import type { SubjectDefinition } from './define.ts'

/** Every subject, by the key that selects it. A new one is a file and a line here. */
export const subjects = {
  crd,
  resource,
  redis,
  metric,
  http,
  log,
  value,
  alerts,
} as const satisfies Record<string, SubjectDefinition>
