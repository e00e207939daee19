import { InvalidArgumentError, Option, type Command } from 'commander'
import { addKindImages, KIND_CLUSTER, kindOptions, type KindFlags } from './kind-flags.ts'
import { targetKinds, type TargetKind } from '../base/target-kind.ts'

/** What the command line says of where scenarios run. */
export interface TargetFlags {
  readonly target: TargetKind
  /** Of the kubeconfig; the current one unless given. */
  readonly context?: string
  /** A file; as kubectl finds it unless given. */
  readonly kubeconfig?: string
  /** A context that may be used although no pattern allows it. */
  readonly yesReally?: string
  /** Whether `cluster` may make the gateways that it lacks. */
  readonly deploy?: boolean
  /** Profile → URL. */
  readonly gatewayUrls: Readonly<Record<string, string>>
  readonly redisUrls: Readonly<Record<string, string>>
  readonly kind: KindFlags
}

export function addTarget(command: Command): void {
  command
    .optionsGroup('Target:')
    .addOption(new Option('--target <kind>', 'what to run against').choices(targetKinds).default('embedded'))
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option('--kubeconfig <file>', 'the kubeconfig (default: as kubectl finds it)')
    .option('--yes-really <context>', 'run on this context although allowedContexts does not name it')
    .option('--deploy', 'put the gateways that are not there on the cluster, for --target cluster', false)
    .option('--gateway-url <profile=url>', 'where a gateway is, for --target urls (repeatable)', address, [])
    .option('--redis-url <profile=url>', 'where its Redis is, for --target urls (repeatable)', address, [])
    .option('--kind-cluster <name>', 'the cluster that --target kind makes or uses', KIND_CLUSTER)
  addKindImages(command)
}

export function targetOptions(command: Command): TargetFlags {
  const { target, context, kubeconfig, yesReally, deploy, gatewayUrl, redisUrl } = command.opts<{
    target: TargetKind
    context?: string
    kubeconfig?: string
    yesReally?: string
    deploy?: boolean
    gatewayUrl: readonly string[]
    redisUrl: readonly string[]
  }>()
  return {
    target,
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(yesReally === undefined ? {} : { yesReally }),
    ...(deploy === undefined ? {} : { deploy }),
    gatewayUrls: byProfile(gatewayUrl),
    redisUrls: byProfile(redisUrl),
    kind: kindOptions(command),
  }
}

/** `dedup=http://127.0.0.1:8080`, as it is written. */
function address(text: string, earlier: readonly string[]): readonly string[] {
  const [, profile, url = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (profile === undefined || !URL.canParse(url))
    throw new InvalidArgumentError('Expected profile=url, such as dedup=http://127.0.0.1:8080.')
  return [...earlier, text]
}

function byProfile(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
  )
}
