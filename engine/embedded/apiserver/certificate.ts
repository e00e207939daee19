import type { Clock } from '../../base/clock.ts'

/** PEM texts of a server certificate for 127.0.0.1 and localhost, and of the authority that signed it. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

const DAY_MS = 24 * 60 * 60 * 1000
const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const

/** Makes an authority and a certificate signed by it, good from yesterday for a month. The authority's key is thrown away. */
export async function makeCertificate(clock: Pick<Clock, 'wall'>): Promise<Certificate> {
  const { generate } = await import('selfsigned')
  const validity = {
    notBeforeDate: new Date(clock.wall() - DAY_MS),
    notAfterDate: new Date(clock.wall() + 30 * DAY_MS),
  }
  const authority = await generate([{ name: 'commonName', value: 'gwscen sandbox authority' }], {
    ...EC,
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'gwscen sandbox API server' }], {
    ...EC,
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { cert: server.cert, key: server.private, ca: authority.cert }
}
