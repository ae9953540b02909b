import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import type { Browser } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { openStaffAccess } from '#domain/access/staff-access.ts'
import { realClock } from '#runtime/real-clock.ts'
import { openStore } from '#store/open-store.ts'
import { addDoor, anOpening } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'
import { TestSite } from '#test/support/site.ts'

// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null
afterAll(async () => browser?.close())

/** Somebody who may sign in, put into a store before its gateway starts. */
async function withTechnician(): Promise<{ dataDir: string; code: string }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-console-'))
  const log = pino({ level: 'silent' })
  const opened = await openStore({ dataDir, log, nowMs: Date.now(), sweptLocks: 'all', saw: () => {} })
  const clockTrust = { releasedAtMs: 0, lastStoredMs: () => 0 }
  const { members } = await openStaffAccess({ store: opened.staff, clock: realClock, clockTrust, log })
  const added = await members.add({ name: 'Ada', role: 'technician', untilMs: null }, { kind: 'owner' })
  await opened.store.close()
  if (added.kind !== 'added') throw new Error('nobody was added')
  return { dataDir, code: added.code }
}

test('a lock that freezes reads “offline since” by itself, and what it said last is grey and dated', {
  timeout: 60_000,
}, async (context) => {
  browser ??= await launchBrowser(context)
  const { dataDir, code } = await withTechnician()
  try {
    // As ever, in a twentieth of the time: a question after 3 s of silence, an answer within one.
    const faults = { linkTimes: { silenceMs: 3_000, answerWaitMs: 1_000 } }
    await using site = await TestSite.start({ dataDir, faults })
    const lock = await site.playLock(1, { batteryPercent: 64 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/console/sign-in`)
    await page.locator('input[name=code]').fill(code)
    await page.getByRole('button').first().click()
    const row = page.locator('#door-1')
    await row.getByText('Online').waitFor()
    expect(await row.textContent()).toContain('64 %')

    // One press asks for it, the second names the door: what is told then is the lock's own word.
    await row.getByRole('link', { name: 'Door 1', exact: true }).click()
    await page.getByText('Test open').click()
    await page.getByRole('button', { name: /^Open “.*” as a test$/ }).click()
    const said = page.locator('main > .notice')
    expect(await said.textContent()).toMatch(
      /^Test: “.*” opened; the lock answered \d+ ms after the command was sent\.$/,
    )
    await page.getByRole('button', { name: 'Ask it now' }).click()
    await page.getByText(/^It answered in \d+ ms\. The door is closed, battery 64 %/).waitFor()
    await page.getByRole('link', { name: 'Watch messages' }).click()
    // It is asked every three seconds here.
    const lines = page.locator('#messages tr')
    await lines.filter({ hasText: 'from the lock' }).filter({ hasText: 'accepted' }).first().waitFor()
    expect(await lines.first().locator('code').textContent()).toMatch(/^\{.*"bootId":".*\}$/)
    await page.goto(`${site.url}/console/doors`)

    lock.goSilent()
    await row.getByText('Offline').waitFor({ timeout: 30_000 })
    expect(await row.locator('.is-state').textContent()).toMatch(/since today \d\d:\d\d/)
    const last = row.locator('.dated').filter({ hasText: '64 %' })
    expect(await last.textContent()).toMatch(/as of \d\d:\d\d/)
    expect(await page.locator('#tiles a', { hasText: 'Offline' }).textContent()).toContain('1')
    // One step from here to what is wrong with it.
    await row.getByRole('link', { name: 'Door 1', exact: true }).click()
    expect(await page.locator('#door-head .advice').textContent()).toContain('It is connected and silent')
    expect(phone.complaints).toEqual([])
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test('rows change in their place: nothing jumps, the focus stays, and the page says when the order is another', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const doors = []
  for (let number = 1; number <= 60; number += 1) {
    const id = await addDoor(house, { number, name: `Door ${number}`, area: `Floor ${Math.ceil(number / 20)}` })
    house.link.comes(id)
    doors.push(id)
  }
  await using phone = await Phone.in(browser, {
    viewport: { width: 1280, height: 800 },
    isMobile: false,
    hasTouch: false,
  })
  const { page } = phone
  await page.goto(`${house.url}/console/doors`)
  await page.locator('#live').waitFor()
  const link = page.locator('#door-40').getByRole('link', { name: 'Log Door 40' })
  await link.scrollIntoViewIfNeeded()
  await link.focus()
  const before = await page.evaluate('scrollY')
  const topBefore = must(await link.boundingBox()).y

  for (const id of doors.slice(30, 50)) house.link.comes(id, { door: 'open', batteryPercent: 50 })
  house.opened(anOpening(must(doors[39])))
  await page.locator('#door-40').getByText('open', { exact: true }).waitFor()
  expect(await page.evaluate('scrollY')).toBe(before)
  expect(must(await link.boundingBox()).y).toBeCloseTo(topBefore, 0)
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Log Door 40')

  house.link.comes(must(doors[41]), { online: false, answers: false, offlineCause: 'no-answer' })
  await page.locator('#door-42').getByText('Offline').waitFor()
  await page.getByText('Some doors belong elsewhere in this list now.').waitFor()
  await page.getByRole('link', { name: 'Sort again' }).click()
  await page.getByRole('heading', { name: 'To see to' }).waitFor()
})

test('typing narrows what is shown at once, and a link shows only what is away', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  house.link.comes(await addDoor(house, { number: 1, name: 'Main entrance', area: 'Ground floor' }))
  await addDoor(house, { number: 2, name: 'Boiler room', area: 'Cellar' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/doors`)
  await page.getByLabel('Search').fill('boil')
  await page.locator('#door-1').waitFor({ state: 'hidden' })
  expect(await page.locator('#door-2').isVisible()).toBe(true)
  await page.getByLabel('Search').fill('')
  await page.locator('#door-1').waitFor()
  await page.locator('#tiles a', { hasText: 'Offline' }).click()
  expect(await page.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining('Boiler room')])
})

test('a lost connection is shown, mends itself, and nothing that happened meanwhile is missing', {
  timeout: 60_000,
}, async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const door = await addDoor(house, { number: 1, name: 'Main entrance' })
  house.link.comes(door)
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/doors`)
  await page.locator('#live').waitFor()
  await page.context().setOffline(true)
  house.cut()
  await page.getByText('Connection lost at').waitFor()
  house.link.comes(door, { door: 'open', batteryPercent: 41 })
  await page.context().setOffline(false)
  await page.locator('#door-1').getByText('41 %').waitFor()
  await page.getByText('Connection lost at').waitFor({ state: 'hidden' })
})
