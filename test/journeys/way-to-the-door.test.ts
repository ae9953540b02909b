import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { noise } from '#test/support/picture-files.ts'
import { TestSite } from '#test/support/site.ts'
import { until } from '#test/support/until.ts'

vi.setConfig({ testTimeout: 180_000 })

const LINE = 'Durch den Hof, dann links: Tür mit Nr'
const DIRECTIONS = Array.from({ length: 12 }, (_, at) => `${LINE} ${at}`).join('\n')

test('a guest on a small phone sees logo, photo and way, has the button in reach, and asked once for less than 60 KB', async (context) => {
  await using browser = await launchBrowser(context)
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-way-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const logo = path.join(folder, 'logo.png')
  writeFileSync(logo, await noise(480, 96).png().toBuffer())
  await using site = await TestSite.start({
    config: { site: { id: 'test', name: 'Hotel Nordlicht', timeZone: 'Europe/Berlin', logo } },
  })
  await site.playLock(1)
  const photo = await noise(1_000, 750).jpeg().toBuffer()
  await site.owner(async (api) => {
    expect((await api('PUT', '/locks/1/picture', photo)).status).toBe(200)
    expect((await api('PATCH', '/locks/1', { directions: DIRECTIONS })).status).toBe(200)
  })
  const url = `${site.url}/temp-keys/${await site.createKey(1)}`
  const html = async () => await (await fetch(url, { headers: { accept: 'text/html' } })).text()
  await until('the logo is there', async () => (await html()).includes('class="logo"'), 60_000)

  for (const colorScheme of ['light', 'dark'] as const) {
    await using phone = await Phone.in(browser, { viewport: { width: 360, height: 640 }, colorScheme })
    await phone.page.goto(url)
    const isShown = `[...document.images].map((image) => image.complete && image.naturalWidth > 0 && image.clientHeight > 20)`
    expect(await phone.page.evaluate(isShown)).toEqual([true, true])
    expect(await phone.transferred()).toBeLessThan(60_000)
    expect(phone.asked.filter((asked) => !asked.startsWith('data:'))).toEqual([url])
    expect(phone.complaints).toEqual([])

    const box = await phone.page.getByRole('button', { name: 'Open' }).boundingBox()
    expect((box?.y ?? 999) + (box?.height ?? 999)).toBeLessThanOrEqual(640)
    // Nothing is cut off at the side, and every line can be scrolled to.
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await phone.page.getByText(`${LINE} 11`).scrollIntoViewIfNeeded()
  }

  // Where nothing lies below the button the scanner sees every colour.
  for (const colorScheme of ['light', 'dark'] as const) {
    await using tall = await Phone.in(browser, { viewport: { width: 360, height: 1_600 }, colorScheme })
    await tall.page.goto(url)
    expect(await tall.barriers()).toEqual([])
  }

  // What the script puts in place after a tap has them too.
  await using phone = await Phone.in(browser)
  await phone.page.goto(url)
  await phone.page.getByRole('button', { name: 'Open' }).click()
  await until('it opened', async () => (await phone.headline()) === 'Door opened')
  expect(await phone.page.evaluate('document.querySelectorAll("figure img").length')).toBe(1)
  expect(phone.complaints).toEqual([])
})

test('a tap on the photo shows all of it, with and without JavaScript, and another one its strip again', async (context) => {
  await using browser = await launchBrowser(context)
  await using site = await TestSite.start()
  await site.addLock(1)
  const tall = await noise(600, 1_200).jpeg().toBuffer()
  await site.owner(async (api) => expect((await api('PUT', '/locks/1/picture', tall)).status).toBe(200))
  const url = `${site.url}/temp-keys/${await site.createKey(1)}`
  for (const javaScriptEnabled of [true, false]) {
    await using phone = await Phone.in(browser, { viewport: { width: 360, height: 640 }, javaScriptEnabled })
    await phone.page.goto(url)
    const photo = phone.page.locator('figure img')
    const heights: number[] = []
    for (let taps = 0; taps < 3; taps += 1) {
      const { width = 0, height = 0 } = (await photo.boundingBox()) ?? {}
      heights.push(Math.round((10 * height) / width))
      await photo.click({ position: { x: 20, y: 20 } })
    }
    expect(heights).toEqual([heights[2], 20, heights[0]])
    expect(heights[0]).toBeLessThan(5)
    expect(phone.complaints).toEqual([])
  }
})

test('a guest before a lock that is away sees whom to call and the help code first, then photo and way', async (context) => {
  await using browser = await launchBrowser(context)
  const contact = { name: 'Reception', phone: '+49 30 23125 000', text: 'Day and night' }
  await using site = await TestSite.start({
    config: { site: { id: 'test', name: 'Hotel Nordlicht', timeZone: 'Europe/Berlin', contact } },
  })
  await site.addLock(1)
  const photo = await noise(800, 600).jpeg().toBuffer()
  await site.owner(async (api) => {
    expect((await api('PUT', '/locks/1/picture', photo)).status).toBe(200)
    expect((await api('PATCH', '/locks/1', { directions: DIRECTIONS })).status).toBe(200)
  })
  const url = `${site.url}/temp-keys/${await site.createKey(1)}`
  await using phone = await Phone.in(browser, { viewport: { width: 320, height: 568 } })
  await phone.page.goto(url)
  expect(await phone.headline()).toBe('The lock cannot be reached')
  const [help, bar, guide] = await Promise.all(
    ['#help', '#bar', 'figure'].map((part) => phone.page.locator(part).boundingBox()),
  )
  expect((help?.y ?? 999) + (help?.height ?? 999)).toBeLessThanOrEqual(bar?.y ?? 0)
  expect(guide?.y ?? 0).toBeGreaterThan(help?.y ?? 999)
  await using tall = await Phone.in(browser, { viewport: { width: 320, height: 1_600 } })
  await tall.page.goto(url)
  expect(await tall.barriers()).toEqual([])
})
