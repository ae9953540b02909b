import axe from 'axe-core'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { TestContext } from 'vitest'
import { z } from 'zod'
import { findProgram, installed } from './installed.ts'

/** Nothing of the browser's own goes out: no update, no safe browsing, no first-run page. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PHONE = { viewport: { width: 390, height: 664 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }

/** The same engine without what only a screen needs takes half of the time; where it is missing, the whole browser does. */
const found = findProgram('chromium-headless-shell') ?? findProgram('chromium')

/** Skips the test, or fails it where everything must be there, when the machine has no Chromium. */
export function launchBrowser(context: TestContext): Promise<Browser> {
  return chromium.launch({ executablePath: installed('chromium', context, found), args: ARGUMENTS })
}

const violations = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })) }),
)

/** A browser on a phone, and everything that it asked for. */
export class Phone implements AsyncDisposable {
  readonly page: Page
  /** URLs in the order of their asking. */
  readonly asked: string[] = []
  readonly complaints: string[] = []
  readonly #browser: Browser
  readonly #look: BrowserContextOptions
  readonly #context: BrowserContext
  readonly #sizes: Promise<number>[] = []

  private constructor(browser: Browser, look: BrowserContextOptions, context: BrowserContext, page: Page) {
    this.#browser = browser
    this.#look = look
    this.#context = context
    this.page = page
    context.on('request', (request) => this.asked.push(request.url()))
    context.on('requestfinished', (request) => {
      const size = request
        .sizes()
        .then(
          ({ requestHeadersSize, requestBodySize, responseHeadersSize, responseBodySize }) =>
            requestHeadersSize + requestBodySize + responseHeadersSize + responseBodySize,
        )
      size.catch(() => {})
      this.#sizes.push(size)
    })
    // A style or script that the policy forbids is told here, and a fault of our own script.
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(error.message))
  }

  static async in(browser: Browser, difference: BrowserContextOptions = {}): Promise<Phone> {
    const context = await browser.newContext({ ...PHONE, locale: 'en-GB', ...difference })
    return new Phone(browser, difference, context, await context.newPage())
  }

  /** In both directions, headers and bodies. */
  async transferred(): Promise<number> {
    return (await Promise.all(this.#sizes)).reduce((sum, size) => sum + size, 0)
  }

  headline(): Promise<string | null> {
    return this.page.locator('h1').textContent()
  }

  /** What a scanner for WCAG 2.2 A and AA, and for best practices, has against the page; empty is good. */
  async barriers(): Promise<string[]> {
    return this.#look.javaScriptEnabled === false ? await this.#barriersOfCopy() : await barriersOf(this.page)
  }

  /** The scanner needs scripts: it looks at the same document and style in a page that has them, but not our own. */
  async #barriersOfCopy(): Promise<string[]> {
    const copy = await this.#browser.newContext({ ...PHONE, ...this.#look, javaScriptEnabled: true })
    try {
      const page = await copy.newPage()
      await page.setContent(
        (await this.page.content()).replaceAll(/<script>.*?<\/script>|<meta http-equiv[^>]*>|<\/?noscript>/gs, ''),
      )
      return await barriersOf(page)
    } finally {
      await copy.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}

async function barriersOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations, incomplete }) => [...violations, ...incomplete])`,
  )
  return violations
    .parse(found)
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary}`))
}
