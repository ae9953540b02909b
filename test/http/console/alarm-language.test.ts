import { expect, test } from 'vitest'
import { alarmCard } from '#http/pages/console/alarm-cards.ts'
import { english } from '#http/words/console/english.ts'
import { german } from '#http/words/console/german.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { must } from '#test/support/must.ts'

test('advice that tells what was seen is marked as the English that it is, and the usual advice is translated', async () => {
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
