import type { PodNetwork } from './embedded-pod.ts'

interface Pod {
  readonly namespace: string
  readonly name: string
}

/** Where the ports of the pods of an embedded cluster really are. */
export class PodPorts implements PodNetwork {
  readonly #ports = new Map<string, number>()
  readonly #lines = new Map<string, readonly string[]>()

  attach(pod: string, port: number, localPort: number): void {
    this.#ports.set(`${pod}:${port}`, localPort)
  }

  detach(pod: string, port: number): void {
    this.#ports.delete(`${pod}:${port}`)
  }

  keepLog(pod: string, lines: readonly string[]): void {
    this.#lines.set(pod, lines)
  }

  logs(name: string, namespace: string): readonly string[] {
    return this.#lines.get(`${namespace}/${name}`) ?? []
  }

  /** Undefined when nothing listens there. */
  portOf({ namespace, name }: Pod, port: number): number | undefined {
    return this.#ports.get(`${namespace}/${name}:${port}`)
  }

  hint(pod: Pod, port: number): string {
    const localPort = this.portOf(pod, port)
    return localPort === undefined ? 'nothing listens there' : `it is at 127.0.0.1:${localPort}`
  }
}
