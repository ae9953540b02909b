import { expect, test } from 'vitest'
import { seenAdvice } from '#domain/alarms/seen-advice.ts'
import { contestSeen, preparedLocksFull } from '#domain/alarms/sightings.ts'
import { alarmCard } from '#http/pages/console/alarm-cards.ts'
import { english } from '#http/words/console/english.ts'
import { german } from '#http/words/console/german.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { must } from '#test/support/must.ts'

test('advice in words that nobody knows is marked as the English that it is, and the usual advice is translated', async () => {
  await using house = await startConsoleHouse()
  await house.raise({ kind: 'broker-down', lockId: null })
  const alarm = must((await house.alarms.standingAlarms(1))[0])
  const card = (advice: string, words: typeof german) => {
    const time = { timeZone: 'Europe/Berlin', locale: words.locale, nowMs: Date.now() }
    const listed = { alarm: { ...alarm, advice }, lock: null, mutedUntilMs: null, sinceMs: alarm.sinceMs }
    return alarmCard(listed, {
      words,
      time,
      formToken: null,
      form: null,
      person: { name: 'Ada', seesPersons: true },
    }).toString()
  }
  const seen = 'Start the broker on 10.0.0.7.'
  expect(card(seen, german)).toContain(`<dd lang="en">${seen}</dd>`)
  expect(card(seen, english)).toContain(`<dd>${seen}</dd>`)
  const usual = card(alarm.advice, german)
  expect(usual).not.toContain('lang=')
  expect(usual).not.toContain(alarm.advice)
})

const ENDS = '2026-12-01T00:00:00.000Z'
const acme = 'organization:acme'
const stale = {
  kind: 'token-keys-stale',
  issuers: 'The token keys of https://a.example were not refreshed for 24 hours',
}

test.each<[string, string, readonly string[]]>([
  ['contest', contestSeen(lockId(1), { takeovers: 3, from: '10.0.0.1', to: '10.0.0.1' }).advice ?? '', ['10.0.0.1']],
  [
    'contest of two',
    contestSeen(lockId(1), { takeovers: 3, from: '10.0.0.1', to: '10.0.0.2' }).advice ?? '',
    ['von 10.0.0.1 und 10.0.0.2'],
  ],
  [
    'prepared',
    preparedLocksFull({ kind: 'too-many-prepared', of: 'caller', limit: 200 }, acme).advice ?? '',
    [acme, '200 eigene'],
  ],
  [
    'prepared by all',
    preparedLocksFull({ kind: 'too-many-prepared', of: 'site', limit: 200 }, acme).advice ?? '',
    [acme, '200 der Programme'],
  ],
  ['programs', seenAdvice('programs-end', { keys: `“desk” of acme ends ${ENDS}` }), [`“desk” of acme endet ${ENDS}`]],
  [
    'programs and staff',
    `${seenAdvice('programs-end', { keys: `a ended ${ENDS}` })} ${seenAdvice('staff-end', { people: `Ada (manager) ends ${ENDS} and 2 more` })}`,
    [`a endete ${ENDS}`, `Ada (manager) endet ${ENDS} und 2 weitere`],
  ],
  ['stale keys', seenAdvice('keys-stale', stale), ['https://a.example. Den Weg']],
  [
    'unusable keys',
    seenAdvice('keys-unusable', {
      files:
        'The file of token keys of https://a.example is not JSON. The file of token keys of https://b.example is empty',
    }),
    ['https://a.example, https://b.example.'],
  ],
  [
    'nobody told',
    seenAdvice('nobody-told', { receivers: 'night desk, mail and 1 more' }),
    ['night desk, mail und 1 weitere'],
  ],
])('what was seen is said in German: %s', (_what, stored, parts) => {
  const said = german.alarms.seenAdvice(stored)
  for (const part of parts) expect(said).toContain(part)
  expect(said).not.toMatch(/[{}]|\b(the|of|and|keys of|Staff|look|ends|ended)\b(?! acme)/)
  expect(english.alarms.seenAdvice(stored)).toBe(stored)
})
