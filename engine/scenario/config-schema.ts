import type { JsonObject } from '../base/json.ts'
import { targetKinds } from '../base/target-kind.ts'

const text = (description: string, ...examples: string[]) => ({
  type: 'string',
  minLength: 1,
  description,
  ...(examples.length === 0 ? {} : { examples }),
})
const count = (description: string, example: number) => ({
  type: 'integer',
  minimum: 1,
  maximum: 999_999,
  description,
  examples: [example],
})
const names = (description: string, ...examples: string[]) => ({
  type: 'array',
  items: { type: 'string', minLength: 1 },
  description,
  ...(examples.length === 0 ? {} : { examples: [examples] }),
})
const choice = (values: readonly string[], description: string) => ({ enum: values, description })

/** The flags of `gwscen run`, by the names that commander gives them. */
const runFlags = {
  threads: { type: ['integer', 'string'], pattern: '^auto$', minimum: 1, description: 'Threads, or `auto`.' },
  inFlight: count('Scenarios in flight per thread (lanes).', 8),
  threadMemory: count('What a thread may keep in memory before it is ended, in MiB.', 1024),
  name: text('A regular expression: only scenarios whose name or id matches.', 'dedup'),
  target: choice(targetKinds, 'What to run against.'),
  context: text('The context of the kubeconfig; the current one unless given.', 'kind-gwscen'),
  kubeconfig: text('The kubeconfig; as kubectl finds it unless given.', '~/.kube/config'),
  deploy: { type: 'boolean', description: 'Puts the gateways that are not there on the cluster.' },
  gatewayUrl: names(
    'Addresses of gateways for `target: urls`, as `profile=url`.',
    'dedup=http://127.0.0.1:30080',
  ),
  redisUrl: names('Addresses of their Redis, as `profile=url`.', 'dedup=redis://127.0.0.1:30379'),
  kindCluster: text('The kind cluster that `target: kind` makes or uses.', 'gwscen'),
  gatewayImage: text('Another gateway than the reference gateway, for kind.', 'team/gateway:1.2'),
  redisImage: text('The image of Redis, for kind.', 'redis:7-alpine'),
  nodeImage: text('The image of the nodes of kind.', 'kindest/node:v1.34.0'),
  nodeBaseImage: text('What the image of the reference gateway stands on, for kind.', 'node:20-slim'),
  reporter: choice(['list', 'dot', 'minimal', 'json', 'none'], 'What to print.'),
  color: choice(['auto', 'always', 'never'], 'Colours.'),
  seed: text('Names and order follow from it.', 'ab12cd34'),
  gatewayPreset: text('The reference gateway with all faults of a preset.', 'kubernaut-2025-11-24'),
  fault: names('The reference gateway with these faults.', 'answers-500'),
  redis: choice(['server', 'js'], 'server: one from PATH; js: built in.'),
  exclusive: count('Gateways per profile for scenarios that want one of their own.', 2),
  clock: choice(['real', 'virtual'], 'virtual: what is only waiting takes no time.'),
  events: text('Where every event is written as it happens.', '.gwscen/events.ndjson'),
  report: names('Files made from the events, as `kind=path`.', 'junit=out/junit.xml'),
  passWithNoScenarios: { type: 'boolean', description: 'Nothing to run is no error.' },
  failOnFlaky: { type: 'boolean', description: 'A pass after a failure is a failure.' },
  keep: choice(['never', 'failed', 'all'], 'What scenarios made stays to be looked at.'),
  strict: { type: 'boolean', description: 'What a scenario requires and the target has not is an error.' },
  nameNot: text('No scenario whose name or id matches this regular expression.', 'experimental/'),
  scenarioList: text('Only those that a file lists, as gwscen list prints them.', 'tonight.txt'),
  tags: text('Only scenarios with these tags.', 'dedup and not slow'),
  lastFailed: { type: 'boolean', description: 'Only those that failed or did not run the last time.' },
  changed: text('Only those whose file or template differs from this commit.', 'main'),
  shard: text('One of n parts of the suite.', '1/4'),
  failedFirst: { type: 'boolean', description: 'Those that failed the last time begin.' },
  shuffle: text('An order by chance that this seed decides.', 'ab12'),
  repeat: count('Every scenario so many times.', 3),
  untilFail: { type: 'boolean', description: 'Again and again, until something does not pass.' },
  watch: { type: 'boolean', description: 'Run again what a changed file touches, and what keys ask for.' },
  pauseOnFailure: { type: 'boolean', description: 'What failed waits for Enter before it tidies up.' },
  maxFailures: count('Stop after so many that did not pass.', 1),
  retries: count('How often a failed scenario may run again.', 1),
  timeout: {
    type: 'string',
    format: 'duration',
    description: 'The longest an attempt may take.',
    examples: ['90s'],
  },
  history: { type: 'boolean', description: 'Use and remember times and outcomes.' },
  port: count('Port of the embedded API server.', 6443),
} as const satisfies Readonly<Record<string, JsonObject>>

/** The keys of `gwscen.config.yaml`. */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    gateway: {
      type: ['string', 'object'],
      additionalProperties: false,
      required: ['description'],
      description: 'Which gateway is tested: the name of a description, or `{ description, version }`.',
      examples: ['kubernaut-2025-11'],
      properties: {
        description: text('What the engine knows of the gateway.', 'kubernaut-2025-11'),
        version: text('The version that is deployed, for `knownGap`, where the cluster does not say it.'),
      },
    },
    profile: text('The profile of scenarios that name none.', 'dedup'),
    tags: {
      ...names('The tags that scenarios may carry; any other is then a problem.', 'p0', 'slow'),
      uniqueItems: true,
    },
    profiles: {
      type: 'object',
      description:
        'Where the gateways of profiles run on a cluster, where their namespaces do not say so in labels.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          namespace: text('Namespace of the gateway and its Redis.', 'kubernaut-system'),
          exclusive: names('Namespaces of further gateways that scenarios may have alone.', 'kubernaut-x1'),
          gateway: text('Address of the gateway, for `target: urls`.', 'http://127.0.0.1:30080'),
          redis: text('Address of its Redis, for `target: urls`.', 'redis://127.0.0.1:30379'),
        },
      },
      examples: [{ dedup: { namespace: 'kubernaut-system' } }],
    },
    allowedContexts: names(
      'Contexts that runs may use without --yes-really; `*` stands for anything. Only `kind-*` unless given.',
      'kind-*',
      'staging-tests',
    ),
    allow: {
      type: 'object',
      additionalProperties: false,
      description: 'What scenarios may write beside the kinds of the gateway and ConfigMaps.',
      properties: {
        kinds: names('Further kinds of objects for apply, patch and delete, in namespaces only.', 'Secret'),
      },
    },
    run: {
      type: 'object',
      additionalProperties: false,
      description:
        'Defaults for the flags of `gwscen run`. A flag wins over its environment variable, and that over this.',
      properties: runFlags,
    },
  },
} as const satisfies JsonObject
