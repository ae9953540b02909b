import type { Browser } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { addDoor } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'

// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null
afterAll(async () => browser?.close())

test('the log is narrowed to one door, tells a new line by itself, and can be stopped', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const main = await addDoor(house, { number: 101, name: 'Main entrance' })
  await addDoor(house, { number: 102, name: 'Boiler room' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/log`)
  const lines = page.locator('#log-lines tr')
  expect(await lines.count()).toBe(2)
  await page.getByLabel('Door', { exact: true }).fill('main')
  await page.getByRole('button', { name: 'Find' }).click()
  expect(await lines.allTextContents()).toEqual([expect.stringContaining('Main entrance')])

  await page.locator('#live').waitFor()
  await house.store.retireLock({
    lockId: main,
    by: { kind: 'owner', name: 'ben' },
    atMs: Date.now(),
  })
  await lines.filter({ hasText: 'Lock taken out of service' }).waitFor()
  expect(await lines.first().textContent()).toContain('ben')
  await page.getByRole('link', { name: 'Stop following' }).click()
  await page.getByRole('link', { name: 'Follow live' }).waitFor()
  expect(await page.locator('main').getAttribute('data-stream')).toBeNull()
})

test('a door that is not there and times that the clock skipped are all named at once, and what was typed stays', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/log?door=nowhere&since=2026-03-29T02:30&until=never`)
  const said = await page.getByRole('alert').textContent()
  expect(said).toContain('The clock skipped this time on that day.')
  expect(said).toContain('Please give a day and a time.')
  expect(await page.getByLabel('Door', { exact: true }).inputValue()).toBe('nowhere')
  await page.goto(`${house.url}/console/log?door=nowhere`)
  expect(await page.getByRole('alert').textContent()).toContain('There is no such door.')
})

test('who does not see persons can’t search for them either', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse({ role: 'technician' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/log`)
  expect(await page.getByLabel('Person').count()).toBe(0)
  await page.goto(`${house.url}/console/log?person=guest`)
  expect(await page.locator('main').textContent()).toContain('Your role does not see')
})
