import { Broken } from '../base/failure.ts'
import type { StepContext } from './context.ts'
import { readSamples, type Samples } from './prometheus.ts'

/** The gateway's metrics at this moment, to count from; `broken` when they cannot be had. */
export async function metricsNow(context: StepContext): Promise<Samples> {
  const { gateway, description } = context
  const path = description.paths.metrics
  const { reply, transport } = await gateway.exchange({ method: 'GET', path, headers: {} })
  if (reply === undefined)
    throw new Broken({ code: 'TRANSPORT', message: transport.message, span: context.span() })
  const read = readSamples(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  if (reply.status === 200 && read.ok) return read.samples
  const why = reply.status === 200 && !read.ok ? read.problem : `the gateway answered ${reply.status}`
  throw new Broken({
    code: 'NO_METRICS',
    message: `there are no metrics to count from: ${why}`,
    span: context.span(),
  })
}
