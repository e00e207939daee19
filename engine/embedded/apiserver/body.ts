import type { IncomingMessage } from 'node:http'

import { isObject } from '../../base/json.ts'
import { mediaTypes } from './negotiation.ts'
import { decodeProtobuf } from './protobuf.ts'
import { badRequest, StatusError, unsupportedMediaType } from './status-error.ts'

/** What etcd and the real API server take at most. */
const LARGEST_BODY = 3 * 1024 * 1024

export function contentType(request: IncomingMessage): string {
  return mediaTypes(request.headers['content-type'] ?? 'application/json')[0]?.type ?? 'application/json'
}

/** Reads an object from a body in JSON, or in protobuf for the few kinds that `kubectl create` sends so. */
export async function readObject(request: IncomingMessage): Promise<unknown> {
  const type = contentType(request)
  const bytes = await readBytes(request)
  if (type === 'application/vnd.kubernetes.protobuf') return decodeProtobuf(bytes)
  if (type !== 'application/json') {
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: application/json; got ${type}`,
    )
  }
  return parseJson(bytes)
}

/** Reads a body that may be left out, such as the options of a deletion. */
export async function readOptions(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await readBytes(request)
  if (bytes.length === 0 || contentType(request) !== 'application/json') return {}
  const options = parseJson(bytes)
  if (!isObject(options)) throw badRequest('the body is not an object')
  return options
}

/** Throws a 413 above 3 MiB. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= LARGEST_BODY) chunks.push(chunk)
  }
  if (length > LARGEST_BODY) {
    throw new StatusError(
      413,
      'RequestEntityTooLarge',
      `Request entity too large: limit is ${LARGEST_BODY} bytes, got ${length}`,
    )
  }
  return Buffer.concat(chunks)
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    throw badRequest(
      `the object provided is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
