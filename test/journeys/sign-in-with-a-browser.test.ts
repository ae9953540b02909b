import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { Identity } from '#test/support/identity.ts'
import { IdentityPage } from '#test/support/identity-page.ts'
import { must } from '#test/support/must.ts'
import { TestSite } from '#test/support/site.ts'
import { expectTruth } from '#test/support/site-truth.ts'

let identity: Identity
let provider: IdentityPage
let site: TestSite
let browser: Browser | null = null
const tokens: string[] = []
beforeAll(async () => {
  identity = await Identity.start()
  provider = await IdentityPage.start(async (query) => {
    const token = await identity.tokenOf('ada', { nonce: query.get('nonce') })
    tokens.push(token)
    return token
  })
  site = await TestSite.start({ config: { jwt: { ...identity.jwt, loginUrl: provider.loginUrl } } })
  await site.playLock(1)
})
afterAll(async () => {
  await browser?.close()
  await site[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
  identity.close()
})

const keyOf = (user: string) => site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: [user], maxUses: 2 })

describe('whoever a key names', () => {
  test('signs in at another site, lands on the key’s page, opens the door and signs out', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(1))
    const uuid = await keyOf('ada')
    const before = lock.actuations
    await using phone = await Phone.in(browser)
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    expect(await phone.headline()).toBe('Please sign in')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Ready to open' }).waitFor()

    expect(page.url()).toBe(`${site.url}/temp-keys/${uuid}`)
    expect(provider.asked.at(-1)?.get('return_to')).toBe(`${site.url}/temp-keys/${uuid}`)
    expect(await page.evaluate('document.cookie')).toBe('')
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Door opened' }).waitFor()
    expect(lock.actuations).toBe(before + 1)
    expect(await phone.barriers()).toEqual([])

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
    expect(await page.locator('body').textContent()).not.toContain('Door 1')
    // Back shows no key that the person has no right to any more.
    await page.goBack()
    await page.getByRole('heading', { name: 'Please sign in' }).waitFor()
    expect(phone.complaints.filter((text) => !text.includes('favicon'))).toEqual([])
    await expectTruth(site, { secrets: tokens })
  })

  test('does the same without JavaScript: a button more, and a plain form post opens', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(1))
    const uuid = await keyOf('ada')
    const before = lock.actuations
    await using phone = await Phone.in(browser, { javaScriptEnabled: false })
    const { page } = phone
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'I am Ada' }).click()
    expect(await phone.headline()).toBe('Signed in')
    expect(await phone.barriers()).toEqual([])
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await phone.headline()).toBe('Ready to open')
    await page.getByRole('button', { name: 'Open' }).click()
    expect(await phone.headline()).toBe('Door opened')
    expect(page.url()).toMatch(new RegExp(`/temp-keys/${uuid}\\?opening=[\\w-]{22}$`))
    expect(lock.actuations).toBe(before + 1)

    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'latchkey-session')
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', domain: '127.0.0.1' })
    expect(must(cookie).expires - Date.now() / 1_000).toBeLessThanOrEqual(3_600)
  })

  test('is told when the key is for somebody else', async (context) => {
    browser ??= await launchBrowser(context)
    const uuid = await keyOf('bob')
    await using phone = await Phone.in(browser, { locale: 'de-DE' })
    await phone.page.goto(`${site.url}/temp-keys/${uuid}`)
    await phone.page.getByRole('link', { name: 'Anmelden' }).click()
    await phone.page.getByRole('heading', { name: 'Dieser Schlüssel ist für jemand anderen' }).waitFor()
    expect(await phone.page.locator('body').textContent()).not.toContain('Door 1')
    expect(await phone.barriers()).toEqual([])
  })
})

test('a page of another site signs nobody in, and opens no door with somebody’s session', async (context) => {
  browser ??= await launchBrowser(context)
  const lock = must(site.locks.get(1))
  const uuid = await keyOf('ada')
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(`${site.url}/temp-keys/${uuid}`)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Ready to open' }).waitFor()

  const before = lock.actuations
  const evil = await IdentityPage.start(async () => 'nonsense')
  await using _ = evil
  for (const action of [`/temp-keys/${uuid}/open`, '/session', '/session/finish', '/session/end']) {
    await page.goto(
      `${new URL(evil.loginUrl).origin}/login?redirect_uri=${encodeURIComponent(site.url + action)}&state=x`,
    )
    await page.getByRole('heading', { name: 'Not from here' }).waitFor()
  }
  expect(lock.actuations).toBe(before)
  await page.goto(`${site.url}/temp-keys/${uuid}`)
  expect(await phone.headline()).toBe('Ready to open')
})
