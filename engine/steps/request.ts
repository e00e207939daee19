import type { JsonObject } from '../base/json.ts'
import { defineStep } from './define.ts'
import { lowerKeys, requestBody } from './request-parts.ts'
import { checkAnswer } from './response.ts'
import { Duration, ResponseExpectation, TextMap } from './shapes.ts'

export const request = defineStep({
  verb: 'request',
  summary: 'Makes any HTTP call on the gateway; no redirects, no retries.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      method: {
        type: 'string',
        description: 'GET when there is no body, else POST.',
        examples: ['GET', 'PUT'],
      },
      path: {
        type: 'string',
        pattern: '^/',
        description: 'From the root of the gateway, such as `/health`; never a URL.',
      },
      headers: TextMap,
      body: { description: 'A text goes out as it stands, anything else as JSON.' },
      timeout: {
        ...Duration,
        description: 'How long to wait for the whole response; 10s when it is not given.',
      },
      expect: ResponseExpectation,
    },
  },
  asserts: ['expect'],
  examples: ['request: { path: /health, expect: { status: 200 } }'],
  async run(input, context) {
    const body = requestBody(input.body)
    const answer = await context.gateway.exchange({
      method: input.method ?? (body === undefined ? 'GET' : 'POST'),
      path: input.path,
      headers: {
        ...(input.body === undefined || typeof input.body === 'string'
          ? {}
          : { 'content-type': 'application/json' }),
        ...lowerKeys(input.headers),
      },
      ...(body === undefined ? {} : { body }),
      ...(input.timeout === undefined ? {} : { timeoutMs: context.duration(input.timeout) }),
    })
    checkAnswer(answer, input.expect as JsonObject | undefined, context)
    return answer.reply === undefined ? { transport: answer.transport.kind } : { ...answer.reply }
  },
})
