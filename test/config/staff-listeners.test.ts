import { expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '#config/config.ts'
import type { Service } from '#http/contract/http-deps.ts'

const tls = { certFile: 'cert.pem', keyFile: 'key.pem' }
const WORDS = 'whoever is on the way can read their sessions'
const parsed = (http: ConfigInput['http']) =>
  parseConfig({ site: { id: 'x', name: 'X', timeZone: 'UTC' }, http, broker: { mode: 'embedded' } }, '/srv').http
const at = (listener: object, more: object = {}) =>
  parsed({ publicUrl: 'http://keys.example.org', listeners: [listener], ...more })
const ALL: readonly Service[] = ['guest', 'api', 'staff', 'ops']

test.each([
  ['on loopback', { host: '127.0.0.1' }, ALL],
  ['on loopback of IPv6', { host: '::1' }, ALL],
  ['with TLS', { host: '0.0.0.0', tls }, ALL],
  ['at an address that others reach', { host: '0.0.0.0' }, ALL.filter((each) => each !== 'staff')],
])('a listener %s serves by default what nobody can read along', (_where, listener, serves) => {
  expect(at(listener).listeners[0]?.serves).toEqual(serves)
})

test.each(['0.0.0.0', '192.0.2.1', '::', 'gateway.example.org'])(
  'a listener at %s that is to serve the staff without TLS is refused, unless the config says what that means',
  (host) => {
    const listener = { host, serves: ['staff'] }
    expect(() => at(listener)).toThrow(/http\.listeners\.0\.serves: must not have "staff" without tls/)
    expect(() => at(listener, { staffOverPlainHttp: 'yes' })).toThrow(
      /http\.staffOverPlainHttp: must be null, or the words/,
    )
    expect(at(listener, { staffOverPlainHttp: WORDS }).listeners[0]?.serves).toEqual(['staff'])
  },
)
