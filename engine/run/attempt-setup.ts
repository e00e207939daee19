import { Broken } from '../base/failure.ts'
import type { JsonObject } from '../base/json.ts'
import { randomFrom } from '../base/random.ts'
import type { Scenario } from '../scenario/scenario.ts'
import { readSamples, type Samples } from '../steps/prometheus.ts'
import { SET_UP } from '../events/event.ts'
import type { AttemptScope } from './attempt-scope.ts'
import { BODY_KEPT } from './exchange-limits.ts'
import type { GatewayLink } from './gateway-link.ts'
import { HeldSignals } from './held-signals.ts'
import { Ledger } from './ledger.ts'
import { momentsWanted } from './moments.ts'
import { createNamespaces } from './namespaces.ts'
import { ObservedObjects, orAbort, type ObservedOptions } from './observed-objects.ts'
import { Outages } from './outages.ts'
import type { AttemptOrder } from './protocol.ts'
import { Scope, settingsForExpressions } from './scope.ts'
import type { Services } from './services.ts'
import { kindsNamed } from './watched-kinds.ts'
import { spanOf } from './step-input.ts'

/** What was opened so far, for tidying up after a failure in the middle of the set-up. */
export interface Opened {
  link?: GatewayLink
  /** Of the link's forwards when the attempt began. */
  epoch?: number
  observed?: ObservedObjects
  ledger?: Ledger
  outages?: Outages
  scope?: Scope
}

export interface SetUp {
  readonly order: AttemptOrder
  readonly services: Services
  /** Short name → unique name. */
  readonly namespaces: Readonly<Record<string, string>>
  readonly seed: readonly (string | number)[]
  readonly opened: Opened
}

/** Opens what an attempt needs and makes its namespaces; `opened` tells how far it came when it rejects. */
export async function setUp(playing: SetUp, signal: AbortSignal): Promise<AttemptScope> {
  const { order, services, namespaces, seed, opened } = playing
  const { scenario } = order
  const { client, clock, run } = services
  signal.throwIfAborted()
  const startedWall = clock.wall()
  const link =
    order.deployment === undefined ? undefined : await orAbort(services.link(order.deployment), signal)
  if (link !== undefined) {
    opened.link = link
    // What was put back to its beginning since the last attempt is another pod, and nobody may have looked yet.
    if (scenario.exclusive) await orAbort(link.refresh('a beginning'), signal)
    opened.epoch = link.epoch()
  }
  const ledger = new Ledger(services.description.ledger, link?.settings ?? {})
  opened.ledger = ledger
  const held = new HeldSignals({
    ...{ rules: services.description.ledger, scenario: scenario.id, attempt: order.attempt },
    emit: (event) => services.emit(event),
  })
  // Whoever is followed is followed before anything can happen to it, and no removal begins before all is made.
  const [watched, made] = await Promise.allSettled([
    follow(playing, held, signal),
    createNamespaces(scenario.namespaces, namespaces, { client, clock, signal, run }),
  ])
  if (watched.status === 'rejected') throw watched.reason
  if (made.status === 'rejected') throw made.reason
  const observed = watched.value
  const baseline =
    link !== undefined && asksForMetrics(scenario) ? await scrape(link, playing, signal) : undefined
  const scope = scopeFor(playing, link)
  opened.scope = scope
  scope.bindVars(scenario.vars)
  const needLink = (): GatewayLink => {
    if (link !== undefined) return link
    throw new Broken({
      code: 'NO_GATEWAY',
      message: 'this scenario says gateway: none, and the step needs one',
    })
  }
  const outages = new Outages()
  opened.outages = outages
  const random = randomFrom(...seed, 'address')
  const from = `10.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`
  return {
    order,
    services,
    scope,
    spans: scenario.spans,
    uses: scenario.uses ?? {},
    namespaces,
    startedWall,
    observed,
    ledger,
    held,
    baseline,
    moments: momentsWanted(allInputs(scenario)),
    outages,
    from,
    needLink,
  }
}

async function follow(playing: SetUp, held: HeldSignals, signal: AbortSignal): Promise<ObservedObjects> {
  const { order, services, opened } = playing
  const observed = await observe(playing, held, signal)
  opened.observed = observed
  await followNamed(order.scenario, observed, { client: services.client, signal })
  return observed
}

async function observe(
  { order, services, namespaces }: SetUp,
  held: HeldSignals,
  signal: AbortSignal,
): Promise<ObservedObjects> {
  const { hub, clock, description } = services
  const where = { scenario: order.scenario.id, attempt: order.attempt }
  const onRevision: ObservedOptions['onRevision'] = (change, object) => {
    services.emit({ type: 'object:seen', ...where, change, object: object as unknown as JsonObject })
    if (change !== 'deleted') held.seen(object)
  }
  const options = { hub, clock, description, namespaces: Object.values(namespaces), onRevision }
  return mayMakeObjects(order) ? ObservedObjects.start(options, signal) : ObservedObjects.idle(options)
}

/** Without a gateway and a namespace there is nothing to be seen, and nobody who looks. */
function mayMakeObjects({ deployment, scenario }: AttemptOrder): boolean {
  return deployment !== undefined || scenario.namespaces.length > 0
}

/** What happens to objects of other kinds is seen from the beginning, too. */
async function followNamed(
  scenario: Scenario,
  observed: ObservedObjects,
  { client, signal }: { readonly client: Services['client']; readonly signal: AbortSignal },
): Promise<void> {
  for (const { apiVersion, kind } of kindsNamed(allInputs(scenario))) {
    const type = await client.resourceType(apiVersion, kind, signal)
    // The step that names a kind which is not there says so.
    if (type !== undefined) await observed.follow(type, signal)
  }
}

function scopeFor({ order, services, namespaces, seed }: SetUp, link: GatewayLink | undefined): Scope {
  const { scenario, attempt, lane } = order
  const { clock, expressions, description, env, run, thread } = services
  return new Scope({
    expressions,
    clock,
    names: {
      ns: namespaces,
      run: { id: run, seed: services.seed },
      thread: { id: thread, lane },
      scenario: { id: scenario.id, name: scenario.name, attempt },
      ...(scenario.case === undefined ? {} : { case: scenario.case }),
    },
    gateway: settingsForExpressions(link?.settings ?? {}, description.settings.fields, expressions),
    seed: [...seed, 'unique'],
    env: (name) => envValue(name, scenario, env),
    spanOf: (path) =>
      spanOf(scenario, path) ?? { file: scenario.file, line: scenario.line, col: 1, start: 0, end: 0 },
  })
}

function envValue(
  name: string,
  { env: declared }: Scenario,
  values: Readonly<Record<string, string>>,
): string {
  const value = values[name]
  if (declared.includes(name) && value !== undefined) return value
  const why = declared.includes(name) ? 'it is not set' : 'list it under env'
  throw new Broken({ code: 'ENV', message: `env('${name}'): ${why}` })
}

function asksForMetrics(scenario: Scenario): boolean {
  return JSON.stringify(allInputs(scenario)).includes('"metric"')
}

/** What stands behind every verb, also in templates. */
function allInputs({ steps, finally: last, onFailure, templates = {} }: Scenario): readonly unknown[] {
  const own = [...steps, ...last, ...onFailure].map(({ input }) => input)
  return [...own, ...Object.values(templates).map((template) => template.steps)]
}

/** Undefined where the gateway does not answer with metrics: that is for the step to judge that asks for them. */
async function scrape(
  link: GatewayLink,
  { order, services }: SetUp,
  signal: AbortSignal,
): Promise<Samples | undefined> {
  const path = services.description.paths.metrics
  const { status, body, ms } = await link.http.exchange({
    ...{ method: 'GET', url: `${link.url}${path}`, timeoutMs: 10_000, signal },
  })
  const text = body.toString('utf8')
  services.emit({
    ...{ type: 'exchange:seen', scenario: order.scenario.id, attempt: order.attempt, step: SET_UP },
    exchange: { method: 'GET', path, requestHeaders: {}, status, body: text.slice(0, BODY_KEPT), ms },
  })
  if (status !== 200) return undefined
  const parsed = readSamples(text)
  return parsed.ok ? parsed.samples : undefined
}
