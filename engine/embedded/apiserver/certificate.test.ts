import { X509Certificate } from 'node:crypto'

import { expect, test } from 'vitest'

import { ManualClock } from '../../testing/manual-clock.ts'
import { makeCertificate } from './certificate.ts'

test('the certificate is signed by an authority of its own, for this machine only', async () => {
  const { cert, key, ca } = await makeCertificate(new ManualClock())
  const [leaf, authority] = [new X509Certificate(cert), new X509Certificate(ca)]
  expect(authority.ca).toBe(true)
  expect(leaf.ca).toBe(false)
  expect(leaf.checkIssued(authority)).toBe(true)
  expect(leaf.verify(authority.publicKey)).toBe(true)
  expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(leaf.checkHost('localhost')).toBe('localhost')
  expect(leaf.checkHost('example.org')).toBeUndefined()
  expect(leaf.publicKey.asymmetricKeyType).toBe('ec')
  expect(key).toContain('PRIVATE KEY')
})

test('the certificate is good from a day before the clock', async () => {
  const leaf = new X509Certificate((await makeCertificate(new ManualClock())).cert)
  expect(new Date(leaf.validFrom).toISOString()).toBe('2025-11-23T12:00:00.000Z')
  expect(new Date(leaf.validTo).toISOString()).toBe('2025-12-24T12:00:00.000Z')
})
