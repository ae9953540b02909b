import type { Browser, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { LANGUAGE_CODES } from '#http/words/language-codes.ts'
import { LANGUAGES } from '#http/words/languages.ts'
import { everyPage } from '#test/http/support/every-page.ts'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { must } from '#test/support/must.ts'

/** In CSS pixels: a common phone, a small one, a phone on its side, and the first two at 200 %. */
const SIZES = [
  { width: 390, height: 664 },
  { width: 320, height: 568 },
  { width: 844, height: 390 },
  { width: 195, height: 332 },
  { width: 160, height: 284 },
] as const
/** Where a language finds the least room; what fits there fits the others. */
const SMALLEST = [SIZES[1], SIZES[4]]
/** The shortest and the longest words, another script, and one from right to left. */
const ON_EVERY_SIZE: ReadonlySet<string> = new Set(['en', 'de', 'el', 'ar'])

let browser: Browser | null = null
afterAll(async () => browser?.close())

/** Puts each page in place without its script, and tells what is out of reach, wider than the screen or broken in two. */
const MEASURE = `((pages) => pages.flatMap(([name, html]) => {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  for (const of of ['lang', 'dir']) document.documentElement[of] = parsed.documentElement[of]
  document.head.replaceChildren(...parsed.head.children)
  document.body.replaceChildren(...parsed.body.children)
  scrollTo(0, 0)
  const wrong = []
  const { innerWidth, innerHeight } = window
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('is ' + document.documentElement.scrollWidth + ' wide')
  for (const part of document.querySelectorAll('#bar a, #bar button')) {
    const { left, right, top, bottom, height } = part.getBoundingClientRect()
    if (height === 0) continue
    if (left < 0 || right > innerWidth || top < 0 || bottom > innerHeight + 1) wrong.push('out of reach: ' + part.textContent)
    if (height < 44) wrong.push('too small for a finger: ' + part.textContent)
    if (part.scrollWidth > part.clientWidth) wrong.push('cut off: ' + part.textContent)
  }
  const inOne = '[datetime] bdi, .code b, [data-left-ms]'
  for (const part of document.querySelectorAll(inOne)) {
    // Text that runs both ways has several rectangles on one line.
    const tops = [...part.getClientRects()].map(({ top }) => top)
    if (Math.max(...tops) - Math.min(...tops) > 8 && !part.matches('[data-left-ms]')) wrong.push('broken: ' + part.textContent)
    if (part.getBoundingClientRect().right > innerWidth) wrong.push('beyond the edge: ' + part.textContent)
  }
  for (const row of document.querySelectorAll('dl div')) {
    const [term, value] = [...row.children].map((child) => child.getBoundingClientRect())
    const isBeside = value.top < term.bottom - 1
    if (isBeside && value.left < term.right && value.right > term.left) wrong.push('on each other: ' + row.textContent)
  }
  if (document.querySelector('#bar').offsetHeight > innerHeight * 0.6) wrong.push('the bar leaves no room')
  return wrong.map((what) => name + ': ' + what)
}))`

async function complaints(page: Page, pages: readonly (readonly [string, string])[]): Promise<string[]> {
  return z.array(z.string()).parse(await page.evaluate(`${MEASURE}(${JSON.stringify(pages)})`))
}

const SHOWN_OFTEN =
  /^(ready|lock-offline|not-yet-valid|expired|used-up|revoked|opening|last use|refused|with its key: (rate|lock|clock|over|caller|shut|key)|sign)/

describe('on every screen, what there is to do is in reach without scrolling, and nothing is cut off or broken', () => {
  test.for(LANGUAGE_CODES)('in %s', { timeout: 120_000 }, async (code, context) => {
    browser ??= await launchBrowser(context)
    await using phone = await Phone.in(browser)
    const pages = [...everyPage(LANGUAGES[code])].filter(([name]) => SHOWN_OFTEN.test(name))
    for (const size of ON_EVERY_SIZE.has(code) ? SIZES : SMALLEST) {
      await phone.page.setViewportSize(size)
      expect.soft(await complaints(phone.page, pages), `${size.width} × ${size.height}`).toEqual([])
    }
  })
})

test('letters twice as large leave the button and the number in reach on a small phone', async (context) => {
  browser ??= await launchBrowser(context)
  await using phone = await Phone.in(browser, { viewport: { width: 320, height: 568 } })
  await phone.page.evaluate(`document.documentElement.style.fontSize = '200%'`)
  expect(await complaints(phone.page, [...everyPage(LANGUAGES.de)].slice(0, 20))).toEqual([])
})

test('forced colours leave a button its border', async (context) => {
  browser ??= await launchBrowser(context)
  await using phone = await Phone.in(browser)
  const { page } = phone
  await page.emulateMedia({ forcedColors: 'active' })
  for (const name of ['ready', 'refused for battery']) {
    await page.setContent(must(everyPage(LANGUAGES.en).get(name)))
    const borders = await page.evaluate(
      `[...document.querySelectorAll('.big, .small')].map((part) => {
        const { borderTopWidth, borderTopColor } = getComputedStyle(part)
        return [borderTopWidth, borderTopColor === 'rgba(0, 0, 0, 0)' ? 'none' : 'seen'].join(' ')
      })`,
    )
    expect(new Set(z.array(z.string()).parse(borders))).toEqual(new Set(['2px seen']))
  }
})

test('the list of languages fits a small screen, and each is large enough for a finger', async (context) => {
  browser ??= await launchBrowser(context)
  await using phone = await Phone.in(browser)
  const { page } = phone
  for (const [code, size] of [
    ['en', SIZES[1]],
    ['ar', SIZES[1]],
    ['de', SIZES[3]],
    ['el', SIZES[2]],
  ] as const) {
    await page.setViewportSize(size)
    await page.setContent(must(everyPage(LANGUAGES[code]).get('ready')))
    await page.locator('summary').click()
    const nav = must(await page.locator('nav').boundingBox())
    expect(nav.x).toBeGreaterThanOrEqual(0)
    expect(nav.x + nav.width).toBeLessThanOrEqual(size.width)
    expect(nav.y + nav.height).toBeLessThanOrEqual(size.height)
    const heights = await page.evaluate(`[...document.querySelectorAll('nav a')].map((link) => link.offsetHeight)`)
    expect(Math.min(...z.array(z.number()).parse(heights))).toBeGreaterThanOrEqual(44)
  }
})
