import type { KubeObject, ObjectMeta } from '../../cluster/types.ts'

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
}

/** What one manager applied last, so that a later apply can take it back. */
export interface ManagedFields {
  readonly manager: string
  readonly operation: 'Apply'
  readonly apiVersion: string
  readonly time: string
  readonly fieldsType: 'FieldsV1'
  readonly fieldsV1: Readonly<Record<string, unknown>>
}

export interface StoredMeta extends ObjectMeta {
  readonly uid: string
  readonly resourceVersion: string
  readonly creationTimestamp: string
  readonly generateName?: string
  readonly deletionGracePeriodSeconds?: number
  readonly ownerReferences?: readonly OwnerReference[]
  readonly managedFields?: readonly ManagedFields[]
}

/** An object as the store keeps it. Never changed in place: a write makes a new one. */
export interface StoredObject extends KubeObject {
  readonly metadata: StoredMeta
}

/** A copy of `object` without some of its keys. */
export function without<T extends object>(object: T, ...keys: readonly string[]): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as T
}

/** Kubernetes stamps: whole seconds, UTC, `Z`. */
export function timestamp(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 19)}Z`
}
