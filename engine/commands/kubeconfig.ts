import type { ClusterConnection } from '../cluster/types.ts'

/** A kubeconfig for one connection, as JSON, which kubectl reads as well. Certificates are inside, not beside it. */
export function kubeconfigText({ server, ca, token }: ClusterConnection): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  return JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'gwscen-sandbox',
      clusters: [
        {
          name: 'gwscen-sandbox',
          cluster: { server, ...(ca === undefined ? {} : { 'certificate-authority-data': base64(ca) }) },
        },
      ],
      users: [{ name: 'gwscen', user: token === undefined ? {} : { token } }],
      contexts: [
        {
          name: 'gwscen-sandbox',
          context: { cluster: 'gwscen-sandbox', user: 'gwscen', namespace: 'default' },
        },
      ],
    },
    null,
    2,
  )
}
