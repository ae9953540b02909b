import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { hasFailed, isWell } from '#domain/upkeep/readiness.ts'
import { addDoor, addKey, anOpening } from '#test/http/support/console-doors.ts'
import { type ConsoleHouse, startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'

let house: ConsoleHouse | null = null
// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null

/** Every state of a door, every severity, something muted, something past, and names that need room. */
beforeAll(async () => {
  house = await startConsoleHouse({
    role: 'manager',
    deps: {
      runBefore: { kind: 'stopped', version: '0.0.9', atMs: Date.now() - 86_400_000 },
      readiness: async () => ({
        store: isWell('The store takes reads and writes.'),
        broker: hasFailed({ reason: 'not-connected', message: 'No connection.', advice: 'Look whether it runs.' }),
      }),
    },
  })
  const main = await addDoor(house, { number: 101, name: 'Main entrance', area: 'Ground floor' })
  const away = await addDoor(house, { number: 102, name: 'Donaudampfschifffahrtsgesellschaftseingang', area: 'Cellar' })
  await addDoor(house, { number: 103, name: 'Server room', area: 'Cellar', hasArrived: false })
  await addDoor(house, { number: 104, name: 'New door', isPrepared: true })
  house.link.comes(main)
  house.link.comes(away, { online: false, answers: false, offlineCause: 'no-answer', batteryPercent: 11 })
  house.opened(anOpening(main))
  await house.raise({ kind: 'lock-contested', lockId: main, times: 7 })
  await house.raise({ kind: 'lock-offline', lockId: away })
  await house.raise({ kind: 'opening-charged-by-age', lockId: main })
  await house.raise({ kind: 'broker-down', lockId: null })
  await house.alarms.clearAlarm({ kind: 'broker-down', lockId: null, atMs: Date.now() })
  for (const description of ['Ada Lovelace, room 12', 'The plumber'])
    await addKey(house, { lockId: main, description, maxUses: description === 'The plumber' ? 3 : null })
  const by = { kind: 'owner' } as const
  const scope = { kind: 'area', area: 'Cellar' } as const
  await house.alarms.muteAlarms({ scope, untilMs: Date.now() + 3_600_000, by, atMs: Date.now() })
})
afterAll(async () => {
  await browser?.close()
  await house?.[Symbol.asyncDispose]()
})

const PAGES = {
  doors: '/console/doors',
  'doors that are offline': '/console/doors?state=offline&q=donau',
  'one door': '/console/doors/101',
  'one door that is away': '/console/doors/102',
  'sign of one door': '/console/doors/101/qr',
  'messages of one door': '/console/doors/101/messages',
  alarms: '/console/alarms',
  mutes: '/console/mutes',
  'mute of one door': '/console/mutes?door=101',
  log: '/console/log',
  'log with wrong times': '/console/log?since=2026-03-29T02:30&until=x',
  health: '/console/health',
  keys: '/console/keys',
  'one key': '/console/keys/1',
  'a new key': '/console/keys/new',
  'keys that would be revoked': '/console/keys/revoke?q=room',
  'cards of keys': '/console/keys/cards?keys=1,2',
} as const

// Each page in both colour schemes and both languages; words change no colour.
describe.for([
  ['light', 'en'],
  ['dark', 'de'],
] as const)('in %s and in %s', ([colorScheme, language]) => {
  test.for(Object.entries(PAGES))('a scanner for WCAG 2.2 AA finds nothing on: %s', async ([, path], context) => {
    browser ??= await launchBrowser(context)
    const look = { colorScheme, viewport: { width: 1280, height: 900 }, isMobile: false, hasTouch: false }
    await using phone = await Phone.in(browser, look)
    await phone.page.goto(`${must(house).url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
    expect(await phone.page.locator('html').getAttribute('lang')).toBe(language)
    // Over the lines of a chart the scanner can't tell the ground, which is the card's.
    const barriers = (await phone.barriers()).filter((barrier) => !barrier.startsWith('color-contrast: <text '))
    expect(barriers).toEqual([])
    expect(phone.complaints.filter((complaint) => !complaint.includes('400'))).toEqual([])
    expect(phone.asked.filter((url) => !url.startsWith(must(house).url) && !url.startsWith('data:'))).toEqual([])
  })
})

/** CSS pixels: phones, a phone at 200 %, a tablet, a desk, and a wall. */
const WIDTHS = [360, 390, 195, 768, 1024, 1440, 2200]

test.for(Object.entries(PAGES))(
  'nothing is wider than the screen, nor too small to hit: %s',
  async ([, path], context) => {
    browser ??= await launchBrowser(context)
    for (const language of ['en', 'de']) {
      await using phone = await Phone.in(browser)
      const { page } = phone
      await page.goto(`${must(house).url}${path}${path.includes('?') ? '&' : '?'}lang=${language}`)
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        const wrong = await page.evaluate(`(() => {
        const wrong = []
        const { scrollWidth } = document.documentElement
        if (scrollWidth > innerWidth) wrong.push('is ' + scrollWidth + ' wide')
        for (const part of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary')) {
          const { width, height, left, right } = part.getBoundingClientRect()
          if (width === 0 || part.closest('.skip') || part.matches('.skip')) continue
          const target = part.closest('label.choice') ?? part
          const { height: tall } = target.getBoundingClientRect()
          if (tall < 24 && !part.closest('dd,.where,.notice,p')) wrong.push('too small: ' + part.outerHTML.slice(0, 80))
          if (left < -1 || right > innerWidth + 1) wrong.push('beyond the edge: ' + part.outerHTML.slice(0, 80))
        }
        return wrong
      })()`)
        expect.soft(z.array(z.string()).parse(wrong), `${language} ${width}`).toEqual([])
      }
    }
  },
)

test('with forced colours a state keeps its shape, and a button its border', async (context) => {
  browser ??= await launchBrowser(context)
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto(`${must(house).url}/console/doors`)
  const shapes = await page.evaluate(`[...document.querySelectorAll('.badge')].map((badge) => {
    const { maskImage, backgroundColor } = getComputedStyle(badge, '::before')
    return maskImage.startsWith('url') && backgroundColor !== 'rgba(0, 0, 0, 0)'
  })`)
  expect(new Set(z.array(z.boolean()).parse(shapes))).toEqual(new Set([true]))
  const border = await page.evaluate(`getComputedStyle(document.querySelector('.finder .button')).borderTopStyle`)
  expect(border).toBe('solid')
})

test('every page is whole without scripts', async (context) => {
  browser ??= await launchBrowser(context)
  await using phone = await Phone.in(browser, { javaScriptEnabled: false })
  await phone.page.goto(`${must(house).url}/console/doors`)
  await phone.page.getByLabel('Search').fill('server')
  await phone.page.getByRole('button', { name: 'Find' }).click()
  expect(await phone.page.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining('Server room')])
})
