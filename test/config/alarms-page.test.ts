import { expect, test } from 'vitest'
import { parseConfig } from '#config/config.ts'
import { alarmsPageAt, configuredUrls } from '#config/derived.ts'
import { findStaffEntry } from '#site/staff-entry.ts'

const [CERTIFICATE, LOOPBACK] = [{ certFile: 'cert.pem', keyFile: 'key.pem' }, '127.0.0.1']
const staff = (host: string) => ({ host, port: 8443, serves: ['staff' as const], tls: CERTIFICATE })

test.each([
  ['at the public URL', 'https://keys.example:8443', '0.0.0.0', 'https://keys.example:8443/console/alarms'],
  ['at the staff’s own listener', null, '192.0.2.10', 'https://192.0.2.10:8443/console/alarms'],
  ['nowhere, when only this machine reaches it', null, LOOPBACK, null],
])('a message about alarms links the console %s', (_where, publicUrl, host, page) => {
  const config = parseConfig(
    {
      site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin' },
      dataDir: 'data',
      http: { publicUrl, listeners: [staff(host)] },
      broker: { mode: 'embedded', host: LOOPBACK, port: 1883 },
    },
    '/',
  )
  expect(alarmsPageAt(findStaffEntry(config.http, configuredUrls(config) ?? []))).toBe(page)
})
