import type { Browser } from 'playwright-core'
import { afterAll, expect, test, vi } from 'vitest'
import { addDoor } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'

// A whole browser beside other tests takes its time on a small machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let browser: Browser | null = null
afterAll(async () => browser?.close())

test('an alarm appears by itself, somebody says what they do about it, and everybody reads that', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const door = await addDoor(house, { number: 101, name: 'Main entrance' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/alarms`)
  await page.getByText('Nothing to see to').waitFor()

  await house.raise({ kind: 'lock-offline', lockId: door })
  const card = page.locator('.alarm')
  await card.getByText('No key opens this door until the lock is back.').waitFor()
  expect(await page.locator('#alarm-count').textContent()).toContain('1')

  await card.locator('summary').click()
  await card.getByRole('textbox').fill('power is being mended')
  await card.getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByRole('status').filter({ hasText: 'Acknowledged.' }).waitFor()
  await page.getByText('Acknowledged by Ada Lindqvist').waitFor()
  const [alarm] = await house.alarms.standingAlarms(10)
  expect(alarm?.acknowledged).toMatchObject({ name: 'Ada Lindqvist', word: 'power is being mended' })
})

test('what somebody is writing is not taken from them when an alarm comes; the page says that there is more', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const door = await addDoor(house, { number: 101, name: 'Main entrance' })
  await house.raise({ kind: 'lock-offline', lockId: door })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/alarms`)
  await page.locator('.alarm summary').click()
  await page.getByRole('textbox').fill('half a sen')
  await house.raise({ kind: 'lock-jammed', lockId: door })
  await page.getByText('There is something new here.').waitFor()
  expect(await page.getByRole('textbox').inputValue()).toBe('half a sen')
  await page.getByRole('button', { name: 'Show it' }).click()
  await page.getByText('Bolt jammed').waitFor()
})

test('a page that is out of date says so and changes nothing; what was typed stays', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const door = await addDoor(house, { number: 101, name: 'Main entrance' })
  await house.raise({ kind: 'opening-unconfirmed', lockId: door })
  await using phone = await Phone.in(browser, { javaScriptEnabled: false })
  const { page } = phone
  const write = async (word: string) => {
    await page.goto(`${house.url}/console/alarms`)
    await page.locator('.alarm summary').click()
    await page.getByRole('textbox').fill(word)
  }
  const send = () => page.locator('.alarm').getByRole('button', { name: 'Acknowledge' }).click()
  const stored = async () => must((await house.alarms.standingAlarms(1))[0])

  await write('I call them')
  const by = { kind: 'owner' } as const
  await house.alarms.acknowledgeAlarm({ id: must((await stored()).id), name: 'Bo', word: 'mine', by, atMs: Date.now() })
  await send()
  await page.getByRole('alert').filter({ hasText: 'Somebody else has acknowledged it' }).waitFor()
  expect((await stored()).acknowledged?.word).toBe('mine')
  expect(await page.getByRole('textbox').inputValue()).toBe('I call them')

  await write('once more')
  await house.raise({ kind: 'opening-unconfirmed', lockId: door, weight: 9 })
  await send()
  await page.getByRole('alert').filter({ hasText: 'It has become worse' }).waitFor()
  expect((await stored()).acknowledged).toBeNull()

  await write('too late')
  await house.alarms.clearAlarm({ kind: 'opening-unconfirmed', lockId: door, atMs: Date.now() })
  await send()
  await page.getByRole('alert').filter({ hasText: 'The alarm has ended' }).waitFor()
})

test('a door that is worked on is muted in two steps, every page says so, and the mute is ended again', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  const door = await addDoor(house, { number: 101, name: 'Main entrance', area: 'Ground floor' })
  house.link.comes(door)
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/doors`)
  await page.getByRole('link', { name: 'Mute Main entrance' }).click()
  await page.getByRole('button', { name: 'Mute' }).click()
  await page.getByRole('status').filter({ hasText: 'Muted.' }).waitFor()
  for (const path of ['doors', 'alarms', 'log', 'health', 'mutes']) {
    await page.goto(`${house.url}/console/${path}`)
    expect(await page.locator('#mutes').textContent(), path).toContain('Main entrance')
  }
  const [mute] = await house.alarms.mutesAt(Date.now())
  expect(must(mute).untilMs - must(mute).sinceMs).toBe(2 * 3_600_000)
  await page.getByRole('button', { name: 'End mute Main entrance' }).click()
  await page.getByText('The mute has been ended.').waitFor()
  expect(await house.alarms.mutesAt(Date.now())).toEqual([])
})

test('every wrong field of a mute is named at once, and what was chosen stays', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  await addDoor(house, { number: 101, name: 'Main entrance', area: 'Ground floor' })
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${house.url}/console/mutes`)
  await page.getByLabel('An area').check()
  await page.evaluate(`document.querySelector('[name=hours]:checked').value = '13'`)
  await page.getByRole('button', { name: 'Mute' }).click()
  const said = await page.getByRole('alert').textContent()
  expect(said).toMatch(/2 fields/)
  expect(said).toMatch(/choose an area/)
  expect(said).toMatch(/1 to 12 hours/)
  expect(await page.getByLabel('An area').isChecked()).toBe(true)
  expect(await house.alarms.mutesAt(Date.now())).toEqual([])
})

test('whoever may only look has no buttons', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse({ role: 'auditor' })
  const door = await addDoor(house, { number: 101, name: 'Main entrance' })
  await house.raise({ kind: 'lock-offline', lockId: door })
  await using phone = await Phone.in(browser)
  for (const path of ['alarms', 'mutes', 'doors']) {
    await phone.page.goto(`${house.url}/console/${path}`)
    expect(await phone.page.locator('main form[method=post]').count(), path).toBe(0)
  }
})

test('a session that ends is told on the open page, and nothing new is shown any more', async (context) => {
  browser ??= await launchBrowser(context)
  await using house = await startConsoleHouse()
  await using phone = await Phone.in(browser)
  await phone.page.goto(`${house.url}/console/alarms`)
  await phone.page.locator('#live').waitFor()
  house.endSessions()
  await phone.page.getByText('You are signed out').waitFor()
  await until('the stream stays shut', async () => await phone.page.locator('#live').isHidden())
})
