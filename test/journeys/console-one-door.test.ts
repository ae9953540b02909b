import type { Browser } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { addDoor } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'

// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null
afterAll(async () => browser?.close())

test('an opening that the lock never confirmed appears by itself, is settled with a word, and is gone', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse({ role: 'manager' })
  house.link.comes(await addDoor(house, { number: 1, name: 'Main entrance' }))
  house.link.whim = 'silent'
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/doors/1`)
  await page.locator('#live').waitFor()
  const opening = await house.app.inject({
    ...{ method: 'POST', url: '/console/doors/1/test', payload: { formToken: 't' } },
  })
  expect(opening.headers.location).toContain('opening=')
  const unsettled = page.locator('#unsettled')
  await unsettled.locator('summary').click()
  // What happens meanwhile takes nothing from whoever is writing.
  await unsettled.getByLabel('How you know').fill('stood outside, it stayed shut')
  house.link.whim = { result: 'opened' }
  await house.app.inject({ method: 'POST', url: '/console/doors/1/test', payload: { formToken: 't' } })
  await page.locator('#door-openings').getByText('opened', { exact: true }).waitFor()
  await unsettled.getByLabel('The door did not open').check()
  await unsettled.getByRole('button', { name: 'Settle' }).click()
  await page.getByText('Settled.').waitFor()
  expect(await unsettled.isVisible()).toBe(false)
  expect(await page.locator('#door-openings').textContent()).toContain('“stood outside, it stayed shut”')
  expect(phone.complaints).toEqual([])
})

test('without scripts a door is tried in two presses, and its sign leads back to it', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  house.link.comes(await addDoor(house, { number: 1, name: 'Main entrance' }))
  await using phone = await Phone.in(browser, { javaScriptEnabled: false })
  const { page } = phone
  await page.goto(`${house.url}/console/doors/1`)
  await page.locator('summary', { hasText: 'Test open' }).click()
  await page.getByRole('button', { name: 'Open “Main entrance” as a test' }).click()
  expect(await page.locator('main > .notice').textContent()).toMatch(/^Test: “Main entrance” opened/)
  expect(house.link.sent).toHaveLength(1)
  await page.reload()
  expect(house.link.sent).toHaveLength(1)
  await page.getByRole('link', { name: 'QR for the frame' }).click()
  expect(await page.locator('.sign').textContent()).toContain('https://doors.example.org/console/doors/1')
})
