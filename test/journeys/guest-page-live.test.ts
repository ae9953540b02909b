import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'
import { TestSite } from '#test/support/site.ts'
import { expectTruth } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const SHORT = 3

let site: TestSite
let browser: Browser | null = null
beforeAll(async () => {
  site = await TestSite.start({
    config: {
      opening: { deadlineMs: 5_000, answerWaitMs: 5_500 },
      presence: { silenceMs: 1_000, answerWaitMs: 1_000 },
    },
  })
  // Slow enough for a person to see it happen.
  await site.playLock(1, { boltTravelMs: 1_500 })
  await site.playLock(2)
  await site.playLock(SHORT)
  // "Door opened" lasts as long as the pulse: long enough for a slow machine to look.
  for (const lockId of [1, 2]) await site.owner((api) => api('PATCH', `/locks/${lockId}`, { pulseS: 30 }))
  await site.owner((api) => api('PATCH', `/locks/${SHORT}`, { pulseS: 6 }))
})
afterAll(async () => {
  await browser?.close()
  await site[Symbol.asyncDispose]()
})

const iso = (ms: number): string => new Date(ms).toISOString()
const heading = ({ page }: Phone, name: string) => page.getByRole('heading', { name }).waitFor()
const button = ({ page }: Phone) => page.locator('#control button')

describe('with scripts, the page', () => {
  test('shows at once that it opens, says what became of it in its live region, and loads nothing anew', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await site.createKey(1, { maxUses: 3 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await page.evaluate('document.querySelector("#said").mark = "the same"')
    await button(phone).click()
    expect(await phone.headline()).toBe('Opening…')
    expect(await button(phone).getAttribute('aria-disabled')).toBe('true')
    expect(await page.locator('svg .m').count()).toBe(1)
    await heading(phone, 'Door opened')

    expect(await page.evaluate('document.querySelector("#said[role=status]").mark')).toBe('the same')
    expect(await page.title()).toMatch(/^Door opened/)
    expect(page.url()).toContain('?opening=')
    expect(await page.locator('dl').textContent()).toContain('2 of 3')
    // Whoever came by keyboard goes on where the news is.
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1')
    expect(phone.complaints).toEqual([])
    await page.reload()
    expect(await phone.headline()).toBe('Door opened')
    expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('opens nothing for a scanner of links, which presses its button by script, and opens for a person', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(2))
    const before = lock.actuations
    const uuid = await site.createKey(2, { maxUses: 3 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    const openByScript = [
      `document.querySelector('#control button').click()`,
      `document.querySelector('#control button').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))`,
      `document.querySelector('#control form').requestSubmit()`,
    ]
    for (const script of openByScript) {
      await page.evaluate(script)
      expect(await phone.headline()).toBe('Ready to open')
    }
    expect(lock.actuations).toBe(before)
    await button(phone).focus()
    await page.keyboard.press('Enter')
    await heading(phone, 'Door opened')
    expect(lock.actuations).toBe(before + 1)
  })

  test('takes a double tap, and taps on two phones, for one', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(1))
    const before = lock.actuations
    // Two browsers take their time: the first tap's opening is still under way when the second one comes.
    lock.setFaults({ lateMs: 2_500 })
    const uuid = await site.createKey(1, { maxUses: 3 })
    await using one = await Phone.in(browser)
    await using two = await Phone.in(browser)
    await Promise.all([one, two].map(({ page }) => page.goto(`${site.url}/temp-keys/${uuid}`)))
    await Promise.all([button(one).dblclick(), button(two).dblclick()])
    await Promise.all([heading(one, 'Door opened'), heading(two, 'Door opened')])
    lock.clearFaults()
    expect(lock.actuations).toBe(before + 1)
    expect(one.page.url()).toBe(two.page.url())
    expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('learns by itself what became of an opening that was not confirmed', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(2))
    lock.setFaults({ mute: true })
    const uuid = await site.createKey(2, { maxUses: 3 })
    await using phone = await Phone.in(browser)
    await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
    await button(phone).click()
    await heading(phone, 'Not confirmed yet')
    await phone.page.getByText('This page changes by itself').waitFor()
    expect(phone.asked.some((url) => url.startsWith(`${site.url}/openings/`))).toBe(true)
    await expectCodeFindsOpening(phone)
    lock.clearFaults()
    await heading(phone, 'Door opened')
    expect(phone.complaints.filter((text) => !text.includes('504'))).toEqual([])
  })

  test('counts down to the first moment of the key, and is ready then', async (context) => {
    browser ??= await launchBrowser(context)
    const validFrom = iso(Date.now() + 9_000)
    const uuid = await site.createKey(1, { validFrom, validUntil: iso(Date.now() + 600_000) })
    await using phone = await Phone.in(browser)
    await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
    expect(await phone.headline()).toBe('Not valid yet')
    const shown = phone.page.locator('[role=timer] b')
    const first = await shown.textContent()
    expect(first).toMatch(/^[1-9] secs?$/)
    await until('it counts', async () => (await shown.textContent()) !== first)
    await heading(phone, 'Ready to open')
    await button(phone).click()
    await heading(phone, 'Door opened')
  })

  test('counts the seconds of an opened door, is ready again behind them, and a reload says so too', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await site.createKey(SHORT, { maxUses: 3 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await button(phone).click()
    await heading(phone, 'Door opened')
    expect(await page.locator('[role=timer]').textContent()).toMatch(/^Time left to go in [1-6] secs?$/)
    await heading(phone, 'Ready to open')
    expect(await page.locator('[role=timer]').count()).toBe(0)
    await page.reload()
    expect(page.url()).toContain('?opening=')
    expect(await phone.headline()).toBe('Ready to open')
    expect(await page.locator('dl').textContent()).toContain('Door opened')
    expect(await site.key(uuid)).toMatchObject({ usedCount: 1 })
  })

  test('speaks the language that was chosen on it, also after a tap, and on the next visit', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await site.createKey(2, { maxUses: 3 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await page.locator('summary').click()
    await page.getByRole('link', { name: 'العربية' }).click()
    await heading(phone, 'جاهز للفتح')
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    expect(await phone.barriers()).toEqual([])
    await button(phone).click()
    await heading(phone, 'فُتح الباب')
    await page.goto(`${site.url}/elsewhere`)
    expect(await phone.headline()).toBe('لا يوجد شيء هنا')
  })

  test('is ready again when the lock is, and withdrawn when the key is', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(2))
    await lock.disconnect()
    await site.untilOnline(2, false)
    const uuid = await site.createKey(2)
    await using phone = await Phone.in(browser)
    await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
    expect(await phone.headline()).toBe('The lock cannot be reached')
    await lock.reconnect()
    await heading(phone, 'Ready to open')
    await site.revokeKey(uuid)
    await button(phone).click()
    await heading(phone, 'This key was withdrawn')
    expect(await button(phone).count()).toBe(0)
  })

  test('says what to do when the network goes away in mid-opening', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await site.createKey(1)
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await page.route('**/open', (route) => route.abort('internetdisconnected'))
    await button(phone).click()
    await heading(phone, 'No connection')
    expect(await phone.barriers()).toEqual([])
    await page.getByRole('link', { name: 'Look again' }).click()
    await heading(phone, 'Ready to open')
  })

  test('shows the present when somebody comes back to it', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await site.createKey(2, { maxUses: 1 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await page.goto(`${site.url}/elsewhere`)
    await site.open(uuid)
    await page.goBack()
    await heading(phone, 'All uses are spent')
    expect(must(await phone.page.evaluate('location.pathname'))).toBe(`/temp-keys/${uuid}`)
  })
})

describe('without scripts, the page', () => {
  test('opens by a plain form post that reload and back never repeat, and takes a double tap for one', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(1))
    const before = lock.actuations
    const uuid = await site.createKey(1, { maxUses: 3 })
    await using phone = await Phone.in(browser, { javaScriptEnabled: false })
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await button(phone).dblclick()
    await heading(phone, 'Door opened')
    expect(lock.actuations).toBe(before + 1)
    await page.reload()
    await page.goBack()
    await page.goForward()
    expect(lock.actuations).toBe(before + 1)
    expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('has a link that looks again at an opening that is not confirmed', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(2))
    lock.setFaults({ mute: true })
    const uuid = await site.createKey(2, { maxUses: 3 })
    await using phone = await Phone.in(browser, { javaScriptEnabled: false, locale: 'de-DE' })
    await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
    await button(phone).click()
    await heading(phone, 'Noch nicht bestätigt')
    // Nothing changes by itself where no script runs: no word says so, and a link does it.
    expect(await phone.page.getByText('von selbst').isVisible()).toBe(false)
    const link = phone.page.getByRole('link', { name: 'Neu laden' })
    await expectInReach(phone, link)
    expect(await link.getAttribute('href')).toMatch(new RegExp(`^/temp-keys/${uuid}\\?opening=[\\w-]{22}$`))
    lock.clearFaults()
    await until('the lock has spoken', async () => (await site.key(uuid)).heldCount === 0)
    await link.click()
    await heading(phone, 'Tür geöffnet')
    await expectTruth(site)
  })
})

test('the code of a page without an opening stands in the log, in the line of its request', async (context) => {
  browser ??= await launchBrowser(context)
  const uuid = await site.createKey(1, { validUntil: iso(Date.now() + 1) })
  await until('it has expired', async () => (await site.key(uuid)).status === 'expired')
  await using phone = await Phone.in(browser)
  await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
  const code = must(await phone.page.locator('.code b').textContent())
  await until('it is logged', () => site.log.text.includes(`"code":"${code}"`))
})

async function expectInReach({ page }: Phone, part: Locator): Promise<void> {
  const { y, height } = must(await part.boundingBox())
  expect(y + height).toBeLessThanOrEqual(must(page.viewportSize()).height)
}

const found = z.object({ openings: z.array(z.looseObject({ openingId: z.string(), state: z.string() })) })

async function expectCodeFindsOpening({ page }: Phone): Promise<void> {
  const code = must(await page.locator('.code b').textContent())
  const answer = await site.owner((api) => api('GET', `/openings/by-code/${code.toLowerCase()}`))
  const openingId = new URL(page.url()).searchParams.get('opening')
  expect(expectAnswer(answer, found).openings).toMatchObject([{ openingId, state: 'unconfirmed', lockName: 'Door 2' }])
}
