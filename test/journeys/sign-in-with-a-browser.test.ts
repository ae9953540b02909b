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

describe('an identity provider that withholds where it is, as Keycloak does (Referrer-Policy: no-referrer)', () => {
  const WITHHELD = { 'referrer-policy': 'no-referrer' }

  test('signs in all the same: its cross-origin post comes with Origin null', async (context) => {
    browser ??= await launchBrowser(context)
    const token = async (query: URLSearchParams) => await identity.tokenOf('ada', { nonce: query.get('nonce') })
    await using keycloak = await IdentityPage.start(token, WITHHELD)
    await using there = await TestSite.start({ config: { jwt: { ...identity.jwt, loginUrl: keycloak.loginUrl } } })
    const lock = await there.playLock(1)
    const uuid = await there.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['ada'], maxUses: 2 })
    await using phone = await Phone.in(browser)
    const { page } = phone
    const origins: (string | undefined)[] = []
    page.on('request', async (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/session')) {
        origins.push((await request.allHeaders()).origin)
      }
    })
    await page.goto(`${there.url}/temp-keys/${uuid}`)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Ready to open' }).waitFor()
    expect(origins).toEqual(['null'])
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('heading', { name: 'Door opened' }).waitFor()
    expect(lock.movements).toHaveLength(1)
  })

  test('and a stranger’s page that withholds it signs nobody in, and opens no door', async (context) => {
    browser ??= await launchBrowser(context)
    const lock = must(site.locks.get(1))
    const before = lock.actuations
    const uuid = await keyOf('eve')
    // The stranger signs in as himself, with a state that his own browser was given.
    await using his = await Phone.in(browser)
    await his.page.goto(`${site.url}/temp-keys/${uuid}`)
    const link = await his.page.getByRole('link', { name: 'Sign in' }).getAttribute('href')
    const state = must(new URL(must(link)).searchParams.get('state'))
    await using evil = await IdentityPage.start(async () => await identity.tokenOf('eve'), WITHHELD)
    await using hers = await Phone.in(browser)
    const { page } = hers
    const evilOrigin = new URL(evil.loginUrl).origin
    for (const action of ['/session', '/session/finish', '/session/end', `/temp-keys/${uuid}/open`]) {
      const query = `redirect_uri=${encodeURIComponent(site.url + action)}&state=${encodeURIComponent(state)}`
      await page.goto(`${evilOrigin}/login?${query}`)
      await page.waitForURL((url) => url.origin === new URL(site.url).origin)
      await page.waitForLoadState('networkidle')
    }
    const cookies = await page.context().cookies()
    expect(cookies.filter(({ name }) => name === 'latchkey-session')).toEqual([])
    await page.goto(`${site.url}/temp-keys/${uuid}`)
    expect(await hers.headline()).toBe('Please sign in')
    expect(lock.actuations).toBe(before)
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
