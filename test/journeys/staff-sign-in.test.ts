import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { TestSite } from '#test/support/site.ts'

/** Each takes a browser through several pages. */
vi.setConfig({ testTimeout: 90_000 })

const made = z.looseObject({
  staff: z.looseObject({ staffId: z.string() }),
  code: z.string(),
  link: z.string(),
  certificateSha256: z.string().nullable(),
})

let site: TestSite
let stranger: Stranger
let browser: Browser | null = null
beforeAll(async () => {
  site = await TestSite.start()
  stranger = await Stranger.start()
})
afterAll(async () => {
  await browser?.close()
  stranger.close()
  await site[Symbol.asyncDispose]()
})

const add = async (name: string, of: TestSite = site) =>
  expectAnswer(await of.owner((api) => api('POST', '/staff', { name, role: 'technician' })), made)

test('a scanned code signs in with one tap, stands in no address, and the way out ends the session', async (context) => {
  browser ??= await launchBrowser(context)
  const { link, code } = await add('Tilda Berg')
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(link)
  expect(page.url()).toBe(`${site.url}/console/sign-in`)
  expect(await phone.barriers()).toEqual([])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${site.url}/console/doors`)
  expect(await page.locator('.menu').textContent()).toContain('Tilda Berg')
  expect(await page.evaluate('document.cookie')).toBe('')
  await page.locator('.menu summary').click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.goto(`${site.url}/console/doors`)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(phone.asked.filter((url) => url.includes(code))).toEqual([link].filter((url) => phone.asked.includes(url)))
  expect(site.log.text).not.toContain(code)
})

test('without scripts the code is typed, and the page that was asked for follows', async (context) => {
  browser ??= await launchBrowser(context)
  const { code } = await add('Typist')
  await using phone = await Phone.in(browser, { javaScriptEnabled: false })
  const { page } = phone
  await page.goto(`${site.url}/console/alarms`)
  await page.getByLabel('Access code').fill('0000-0000-0000-0000')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('This code is not good, or not any more.').waitFor()
  await page.getByLabel('Access code').fill(code.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${site.url}/console/alarms`)
})

test('whoever is removed is out at once: the open page says so, and the next one asks to sign in', async (context) => {
  browser ??= await launchBrowser(context)
  const { link, staff } = await add('Leaver')
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('#live').waitFor()
  await site.owner((api) => api('DELETE', `/staff/${staff.staffId}`))
  await page.locator('#ended').waitFor()
  await page.reload()
  await page.getByText('Your session has ended. Please sign in again.').waitFor()
})

test('a link from another site finds the session; its form and its frame find nothing', async (context) => {
  browser ??= await launchBrowser(context)
  const { link } = await add('Target')
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${site.url}/console/doors`)
  const isIn = async () => {
    await page.goto(`${site.url}/console/doors`)
    return page.url().endsWith('/console/doors')
  }

  await page.goto(stranger.page(`<a href="${site.url}/console/alarms">a mail</a>`))
  await page.getByRole('link').click()
  await page.locator('.menu').waitFor()
  expect(page.url()).toBe(`${site.url}/console/alarms`)

  const signOut = `${site.url}/console/sign-out`
  await page.goto(stranger.page(`<form method="post" action="${signOut}"><button>win</button></form>`))
  await page.getByRole('button').click()
  await page.waitForURL(signOut)
  expect(await isIn()).toBe(true)

  await page.goto(stranger.page(`<iframe src="${site.url}/console/doors"></iframe>`))
  const frame = page.frames()[1]
  expect(await frame?.locator('.menu').count()).toBe(0)
})

test('a site with a certificate of its own tells its fingerprint, and the session never goes over plain HTTP', async (context) => {
  browser ??= await launchBrowser(context)
  const pair = testCertificate()
  await using secure = await TestSite.start({
    config: {
      http: {
        listeners: [
          { host: '127.0.0.1', port: 0, serves: ['guest', 'ops'] },
          { host: '127.0.0.1', port: 0, serves: ['staff'], tls: { certFile: 'cert.pem', keyFile: 'key.pem' } },
        ],
      },
    },
    dataDir: folderWith(pair),
  })
  const { link, certificateSha256 } = await add('Secure', secure)
  expect(certificateSha256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  await using phone = await Phone.in(browser, { ignoreHTTPSErrors: true })
  const { page } = phone
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(/\/console\/doors$/)
  expect(await page.context().cookies()).toMatchObject([
    { name: '__Host-latchkey-staff', secure: true, httpOnly: true, sameSite: 'Strict' },
  ])
  await page.goto(new URL('/', link).href)
  await page.waitForURL(/\/console\/doors$/)
  expect((await fetch(`${secure.url}/console/doors`)).status).toBe(404)
})

test('a gateway that is started again signs nobody out', async (context) => {
  browser ??= await launchBrowser(context)
  await using again = await TestSite.start()
  const { code } = await add('Stayer', again)
  const signIn = await fetch(`${again.url}/console/sign-in`, {
    ...{ method: 'POST', redirect: 'manual', body: JSON.stringify({ code }) },
    headers: { 'content-type': 'application/json', origin: again.url },
  })
  const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const status = async () =>
    (await fetch(`${again.url}/console/doors`, { redirect: 'manual', headers: { cookie, accept: 'text/html' } })).status
  expect(await status()).toBe(200)
  await again.stopGateway()
  await again.startGateway()
  expect(await status()).toBe(200)
})

function folderWith({ cert, key }: { cert: Buffer; key: Buffer }): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-staff-tls-'))
  writeFileSync(path.join(folder, 'cert.pem'), cert)
  writeFileSync(path.join(folder, 'key.pem'), key)
  return folder
}

/** A page of another site. */
class Stranger {
  readonly #server: Server
  #body = ''

  private constructor() {
    this.#server = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html')
      response.end(this.#body)
    })
  }

  static async start(): Promise<Stranger> {
    const stranger = new Stranger()
    await new Promise<void>((resolve) => stranger.#server.listen(0, '127.0.0.1', resolve))
    return stranger
  }

  /** At another name for the same machine: another site to a browser. */
  page(body: string): string {
    this.#body = body
    const address = this.#server.address()
    return `http://localhost:${typeof address === 'object' ? address?.port : ''}/`
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
