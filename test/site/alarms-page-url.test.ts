import { expect, test } from 'vitest'
import { parseConfig } from '#config/config.ts'
import { configuredUrls } from '#config/derived.ts'
import { CONSOLE } from '#http/pages/console/console-paths.ts'
import { alarmsPageUrl } from '#site/staff-entry.ts'

const tls = { certFile: 'cert.pem', keyFile: 'key.pem' }
const FOR_GUESTS = { host: '0.0.0.0', port: 8_080, serves: ['guest', 'api'] }
const HERE_ONLY = { host: '127.0.0.1', port: 9_443, serves: ['staff'] }

test.each<{ where: string; publicUrl: string | null; listeners: object[]; leadsTo: string | null }>([
  {
    where: 'the staff come to the public URL, through a proxy',
    ...{ publicUrl: 'https://keys.example.org', listeners: [{ host: '127.0.0.1', port: 8_080 }] },
    leadsTo: 'https://keys.example.org',
  },
  {
    where: 'the staff have a listener of their own',
    publicUrl: 'https://keys.example.org',
    listeners: [FOR_GUESTS, { host: '192.0.2.10', port: 9_443, serves: ['staff'], tls }],
    leadsTo: 'https://192.0.2.10:9443',
  },
  {
    where: 'that listens at every address',
    publicUrl: 'https://keys.example.org',
    listeners: [FOR_GUESTS, { host: '::', port: 9_443, serves: ['staff'], tls }],
    leadsTo: 'https://keys.example.org:9443',
  },
  { where: 'the staff come from this machine alone', publicUrl: null, listeners: [HERE_ONLY], leadsTo: null },
  {
    where: 'the public URL leads to the guests, and the staff come from this machine alone',
    publicUrl: 'https://keys.example.org',
    listeners: [FOR_GUESTS, HERE_ONLY],
    leadsTo: null,
  },
  {
    where: 'no listener serves the staff',
    ...{ publicUrl: 'https://keys.example.org', listeners: [FOR_GUESTS], leadsTo: null },
  },
  {
    where: 'a start decides about the port, so that a repeat would not be the same',
    publicUrl: null,
    listeners: [{ host: '192.0.2.10', port: 0, serves: ['staff'], tls }],
    leadsTo: null,
  },
])('where $where, messages link to $leadsTo', ({ publicUrl, listeners, leadsTo }) => {
  const site = { id: 'north', name: 'North', timeZone: 'Europe/Berlin' }
  const config = parseConfig({ site, http: { publicUrl, listeners } }, '/')
  const url = leadsTo === null ? null : `${leadsTo}${CONSOLE.alarms}`
  expect(alarmsPageUrl(config.http, configuredUrls(config))).toBe(url)
})
