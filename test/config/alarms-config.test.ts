import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ConfigError, parseConfig } from '#config/config.ts'

const example = z.looseObject({}).parse(JSON.parse(readFileSync('config.example.json', 'utf8')))
const withAlarms = (alarms: unknown) => parseConfig({ ...example, alarms }, '/srv/latchkey').alarms
const withReceivers = (...notify: unknown[]) => withAlarms({ notify }).notify

const HOOK = { name: 'hook', kind: 'http', url: 'https://hooks.example.org/doors' }
const MAIL = {
  name: 'mail',
  kind: 'mail',
  host: 'mail.example.org',
  from: 'doors@example.org',
  to: ['ada@example.org'],
}
const RUN = { name: 'run', kind: 'command', argv: ['/usr/local/bin/page-me', '--loud'] }

test('a receiver needs a name, its kind and its address; the rest is the safe way', () => {
  expect(withReceivers(HOOK, MAIL, RUN)).toMatchObject([
    { format: 'json', leastSeverity: 'warning', quietHours: null, hmacSecretFile: null, headers: {} },
    { port: 587, tls: 'starttls-required', user: null, leastSeverity: 'warning', quietHours: null },
    { timeoutS: 10, leastSeverity: 'warning', quietHours: null },
  ])
  expect(withAlarms({ heartbeat: { url: 'https://beat.example.org/x' } }).heartbeat).toMatchObject({ everyMin: 5 })
})

test('the example in docs/alarms.md works, and its secrets stand beside the config', () => {
  const [, json] = /```json\n(.*?)```/s.exec(readFileSync('docs/alarms.md', 'utf8')) ?? []
  const { alarms } = parseConfig({ ...example, ...JSON.parse(`{${json}}`) }, '/srv/latchkey')
  expect(alarms.notify.map(({ name }) => name)).toEqual(['phone', 'team', 'dispatch', 'mail', 'siren'])
  expect(alarms.heartbeat).toMatchObject({ urlFile: '/srv/latchkey/secrets/heartbeat-url', everyMin: 5 })
})

test('files with secrets are looked for beside the config', () => {
  const { url: _, ...hook } = HOOK
  const receivers = withReceivers(
    { ...hook, urlFile: 'u', bearerTokenFile: 't', hmacSecretFile: '/etc/h', caFile: 'c' },
    { ...MAIL, user: 'doors', passwordFile: 'p', caFile: 'c' },
  )
  expect(receivers).toMatchObject([
    {
      urlFile: '/srv/latchkey/u',
      bearerTokenFile: '/srv/latchkey/t',
      hmacSecretFile: '/etc/h',
      caFile: '/srv/latchkey/c',
    },
    { passwordFile: '/srv/latchkey/p', caFile: '/srv/latchkey/c' },
  ])
  expect(withAlarms({ heartbeat: { urlFile: 'b' } }).heartbeat?.urlFile).toBe('/srv/latchkey/b')
})

test.each([
  {
    what: 'an unknown kind',
    one: { name: 'x', kind: 'fax' },
    says: /notify\.0\.kind: must have as kind http, mail or command/,
  },
  { what: 'an unknown setting', one: { ...HOOK, to: 'x' }, says: /notify\.0\.to: there is no such setting/ },
  { what: 'a name that a log can’t show', one: { ...HOOK, name: 'A b' }, says: /notify\.0\.name: must be 1–32/ },
  { what: 'no URL', one: { name: 'x', kind: 'http' }, says: /notify\.0\.url: must be given, or urlFile/ },
  { what: 'two URLs', one: { ...HOOK, urlFile: 'f' }, says: /notify\.0\.url: must be given, or urlFile/ },
  {
    what: 'a file as URL',
    one: { ...HOOK, url: 'file:///etc/passwd' },
    says: /notify\.0\.url: must be an http or https URL/,
  },
  { what: 'a password in a URL', one: { ...HOOK, url: 'https://u:p@example.org/' }, says: /without user, password/ },
  { what: 'a token among the headers', one: { ...HOOK, headers: { Authorization: 'x' } }, says: /bearerTokenFile/ },
  {
    what: 'a header that would end its line',
    one: { ...HOOK, headers: { 'X-A': 'a\r\nb' } },
    says: /headers\.X-A: must be 1–500/,
  },
  {
    what: 'a severity that there is not',
    one: { ...HOOK, leastSeverity: 'fatal' },
    says: /notify\.0\.leastSeverity: /,
  },
  {
    what: 'a night without an end',
    one: { ...HOOK, quietHours: { from: '22:00' } },
    says: /quietHours\.until: .*missing/,
  },
  {
    what: 'an hour that there is not',
    one: { ...HOOK, quietHours: { from: '24:00', until: '07:00' } },
    says: /quietHours\.from: must be a time of day/,
  },
  {
    what: 'a night of no length',
    one: { ...HOOK, quietHours: { from: '22:00', until: '22:00' } },
    says: /quietHours\.until: must be another/,
  },
  { what: 'a user without a password', one: { ...MAIL, user: 'u' }, says: /passwordFile: must go with user/ },
  {
    what: 'a password in the clear',
    one: { ...MAIL, tls: 'none', user: 'u', passwordFile: 'f' },
    says: /tls: must not be none/,
  },
  { what: 'a mail to nobody', one: { ...MAIL, to: [] }, says: /notify\.0\.to: / },
  {
    what: 'an address with a line break',
    one: { ...MAIL, from: 'a@b.c\nBcc: d@e.f' },
    says: /from: must be a mail address alone/,
  },
  {
    what: 'a program that is looked for',
    one: { ...RUN, argv: ['page-me'] },
    says: /argv: must begin with the absolute path/,
  },
  { what: 'a command line for a shell', one: { ...RUN, argv: '/bin/page-me now' }, says: /notify\.0\.argv: / },
])('refuses $what', ({ one, says }) => {
  expect(() => withReceivers(one)).toThrow(ConfigError)
  expect(() => withReceivers(one)).toThrow(says)
})

test('two receivers of one name are refused, and every mistake is told at once', () => {
  expect(() => withReceivers(HOOK, { ...MAIL, name: 'hook' })).toThrow(/notify: must have a different name each/)
  const wrong = [
    { ...HOOK, urlFile: 'f', leastSeverity: 'x' },
    { ...MAIL, name: 'hook', port: 0, user: 'u', tls: 'none' },
  ]
  const says = ['0.leastSeverity', '0.url', '1.port', '1.passwordFile', '1.tls'].map((at) => `alarms.notify.${at}: `)
  expect(() => withReceivers(...wrong)).toThrow(
    expect.objectContaining({
      message: expect.toSatisfy((told: string) =>
        [...says, 'alarms.notify: must have'].every((one) => told.includes(one)),
      ),
    }),
  )
})
