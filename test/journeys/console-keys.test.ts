import type { Browser, Page } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { addDoor, addKey } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'

// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null
afterAll(async () => browser?.close())

/** Counts what somebody presses on the way. */
function presses(page: Page) {
  let count = 0
  return {
    press: async (role: 'link' | 'button', name: string | RegExp) => {
      count += 1
      await page
        .getByRole(role, { name, exact: typeof name === 'string' })
        .first()
        .click()
    },
    count: () => count,
  }
}

test('a guest’s key and its card take four steps and print, and the key says at once whether it opens', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse({ role: 'reception' })
  house.link.comes(await addDoor(house, { number: 101, name: 'Main entrance' }))
  await addDoor(house, { number: 102, name: 'Yard gate' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/doors`)
  const step = presses(page)

  await step.press('link', 'Keys')
  await step.press('link', 'New key')
  await page.getByLabel('Main entrance (101)').check()
  await page.getByLabel('Name or note').fill('Ada Lovelace, room 12')
  await page.getByLabel('How many openings').fill('5')
  await step.press('button', 'Create key')
  await page.getByText('The key is made.').waitFor()
  const link = must(await page.locator('code.link').textContent())
  expect(link).toMatch(/^https:\/\/doors\.example\.org\/temp-keys\/[0-9a-f-]{36}$/)
  await page.getByText('Yes: a tap now would be sent to the lock.').waitFor()
  expect(page.url()).not.toContain(must(link.split('/').at(-1)))

  await step.press('link', 'Card to print')
  expect(step.count()).toBe(4)
  await page.getByRole('button', { name: 'Print' }).waitFor()
  await page.emulateMedia({ media: 'print' })
  const card = await page.locator('.key-card').textContent()
  for (const said of ['Haus am Hügel', 'Main entrance', 'Until', link]) expect(card).toContain(said)
  for (const offPaper of ['Ada Lovelace', 'Print', 'Doors'])
    expect(await page.getByText(offPaper).first().isVisible()).toBe(false)
})

test('a key is extended, and all keys of a guest who leaves are revoked in three steps, without scripts too', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse({ role: 'reception' })
  const doors = [
    await addDoor(house, { number: 101, name: 'Main entrance' }),
    await addDoor(house, { number: 102, name: 'Yard gate' }),
  ]
  const description = 'Grace Hopper'
  const made = await Promise.all(doors.map((lockId) => addKey(house, { lockId, description })))
  const other = await addKey(house, { lockId: must(doors[0]), description: 'Konrad Zuse' })
  await using phone = await Phone.in(browser, { javaScriptEnabled: false })
  const { page } = phone

  await page.goto(`${house.url}/console/keys`)
  await page.getByRole('link', { name: 'Konrad Zuse' }).click()
  await page.locator('#change').getByLabel('Valid until').fill('2041-06-01T10:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Changed. It holds from now on.').waitFor()
  expect((await house.store.findTempKey(other))?.validUntilMs).toBe(Date.parse('2041-06-01T08:00:00Z'))
  await page.getByText('against it').first().waitFor()
  await page.getByText('No. Against it: not connected: look at its power and network.').waitFor()

  await page.goto(`${house.url}/console/doors`)
  const step = presses(page)
  await step.press('link', 'Keys')
  await page.getByLabel('Who, note or link').fill('hopper')
  await step.press('button', 'Revoke all that match…')
  await page.getByText('2 keys would be revoked, of 2 doors.').waitFor()
  await step.press('button', 'Revoke 2 keys')
  expect(step.count()).toBe(3)
  await page.getByText('2 keys are revoked').waitFor()
  const revokedAt = async (uuid: typeof other) => must(await house.store.findTempKey(uuid)).revokedAtMs
  expect((await Promise.all(made.map(revokedAt))).every((atMs) => atMs !== null)).toBe(true)
  expect(await revokedAt(other)).toBeNull()
})
