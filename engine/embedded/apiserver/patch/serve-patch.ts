import type { IncomingMessage } from 'node:http'

import { isObject } from '../../../base/json.ts'
import type { KubeObject } from '../../../cluster/types.ts'
import type { ApiRequest } from '../api-request.ts'
import { contentType, parseJson, readBytes } from '../body.ts'
import type { Objects, Written } from '../objects.ts'
import { badRequest, unsupportedMediaType } from '../status-error.ts'
import { targetOf, writeOptions } from '../write-options.ts'
import { applyPatch } from './apply-patch.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'

/** Applies the patch in the body by the rules of its content type. Throws a 415 for a type that the resource does not take. */
export async function servePatch(
  objects: Objects,
  api: ApiRequest,
  request: IncomingMessage,
): Promise<{ readonly written: Written; readonly created: boolean }> {
  const target = targetOf(api)
  const options = writeOptions(api)
  const type = contentType(request)
  const bytes = await readBytes(request)
  switch (type) {
    case 'application/merge-patch+json':
      return { created: false, written: objects.patch(target, merging(parseJson(bytes)), options) }
    case 'application/json-patch+json': {
      const operations = parseJson(bytes)
      return {
        created: false,
        written: objects.patch(target, (current) => jsonPatch(current, operations), options),
      }
    }
    case 'application/strategic-merge-patch+json':
      if (api.resource.schema !== undefined) break
      return { created: false, written: objects.patch(target, merging(parseJson(bytes)), options) }
    case 'application/apply-patch+yaml':
      return applyPatch(objects, target, bytes, {
        ...options,
        manager: api.query.get('fieldManager') ?? '',
        force: api.query.get('force') === 'true',
      })
  }
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${patchTypes(api)}; got ${type}`,
  )
}

function patchTypes({ resource }: ApiRequest): string {
  const strategic = resource.schema === undefined ? ['application/strategic-merge-patch+json'] : []
  return [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...strategic,
    'application/apply-patch+yaml',
  ].join(', ')
}

function merging(patch: unknown): (current: KubeObject) => unknown {
  if (!isObject(patch)) throw badRequest('a merge patch is a map')
  return (current) => mergePatch(current, patch)
}
