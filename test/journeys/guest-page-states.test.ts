import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { launchBrowser, Phone } from '#test/support/browser.ts'
import { Identity } from '#test/support/identity.ts'
import { must } from '#test/support/must.ts'
import { TestSite } from '#test/support/site.ts'
import { until } from '#test/support/until.ts'

const HOUR_MS = 3_600_000
const TRANSFER_MAX_BYTES = 60_000
/** For people who look at the pages: every state as a picture. */
const shotsDir = process.env.LATCHKEY_SHOTS ?? ''

const [ABSENT, MUTE, PRIVATE] = [2, 3, 4]
/** One for each look at an opening in progress: it is over before the next. */
const SLOW = [5, 6]

const iso = (ms: number): string => new Date(ms).toISOString()
const CONTACT = { name: 'Reception', phone: '+49 (0)30 23125-000', text: 'Day and night' }

let site: TestSite
let identity: Identity
let browser: Browser | null = null
beforeAll(async () => {
  identity = await Identity.start()
  site = await TestSite.start({
    config: {
      site: { id: 'test', name: 'Hotel Nordlicht', timeZone: 'Europe/Berlin', contact: CONTACT },
      jwt: { ...identity.jwt, loginUrl: 'http://localhost:1/login?client_id=latchkey' },
      opening: { deadlineMs: 7_000, answerWaitMs: 8_000 },
    },
  })
  await Promise.all([
    site.playLock(1),
    site.addLock(ABSENT),
    site.playLock(MUTE, { faults: { mute: true } }),
    site.playLock(PRIVATE, { faults: { refuse: 'privacy' } }),
    ...SLOW.map((lockId) => site.playLock(lockId, { boltTravelMs: 60_000 })),
  ])
  for (const lockId of [1, ABSENT, MUTE, PRIVATE, ...SLOW])
    await site.owner((api) => api('PATCH', `/locks/${lockId}`, { name: 'Side entrance', pulseS: 30 }))
})
afterAll(async () => {
  await browser?.close()
  await site[Symbol.asyncDispose]()
  identity.close()
})

async function tapped(uuid: string): Promise<string> {
  const headers = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }
  const { headers: answer } = await site.open(uuid, { headers })
  return z.string().parse(answer.get('location'))
}

interface State {
  readonly name: string
  readonly en: string
  readonly de: string
  /** All is well, so nobody has to be called. */
  readonly well?: true
  /** It does not last: each look needs its own. */
  readonly brief?: true
  /** Makes it so, and tells the path of the page. */
  readonly path: () => Promise<string>
}

const STATES: readonly State[] = [
  {
    name: 'ready',
    en: 'Ready to open',
    de: 'Bereit zum Öffnen',
    well: true,
    path: async () => `/temp-keys/${await site.createKey(1, { maxUses: 3 })}`,
  },
  {
    name: 'opening',
    en: 'Opening…',
    de: 'Wird geöffnet …',
    well: true,
    brief: true,
    path: async () => {
      const uuid = await site.createKey(must(SLOW.pop()), { maxUses: 3 })
      // Nobody waits for the answer: the page of an opening in progress is looked at.
      site.open(uuid).catch(() => {})
      await until('it is reserved', async () => (await site.key(uuid)).latestOpening !== null)
      return `/temp-keys/${uuid}`
    },
  },
  {
    name: 'opened',
    en: 'Door opened',
    de: 'Tür geöffnet',
    well: true,
    // Its page ends with the pulse.
    brief: true,
    path: async () => tapped(await site.createKey(1, { maxUses: 3 })),
  },
  {
    name: 'not-opened',
    en: 'The door did not open',
    de: 'Die Tür hat nicht geöffnet',
    path: async () => tapped(await site.createKey(PRIVATE, { maxUses: 3 })),
  },
  {
    name: 'unconfirmed',
    en: 'Not confirmed yet',
    de: 'Noch nicht bestätigt',
    path: async () => tapped(await site.createKey(MUTE, { maxUses: 3 })),
  },
  {
    name: 'expired',
    en: 'This key has expired',
    de: 'Dieser Schlüssel ist abgelaufen',
    path: async () => {
      const window = { validFrom: iso(Date.now() - 2 * HOUR_MS), validUntil: iso(Date.now() - HOUR_MS) }
      return `/temp-keys/${await site.createKey(1, window)}`
    },
  },
  {
    name: 'not-yet-valid',
    en: 'Not valid yet',
    de: 'Noch nicht gültig',
    path: async () => {
      const window = { validFrom: iso(Date.now() + 2.5 * HOUR_MS), validUntil: iso(Date.now() + 26 * HOUR_MS) }
      return `/temp-keys/${await site.createKey(1, window)}`
    },
  },
  {
    name: 'used-up',
    en: 'All uses are spent',
    de: 'Alle Nutzungen sind verbraucht',
    path: async () => {
      const uuid = await site.createKey(1, { maxUses: 1 })
      await site.open(uuid)
      return `/temp-keys/${uuid}`
    },
  },
  {
    name: 'revoked',
    en: 'This key was withdrawn',
    de: 'Dieser Schlüssel wurde zurückgezogen',
    path: async () => {
      const uuid = await site.createKey(1)
      await site.revokeKey(uuid)
      return `/temp-keys/${uuid}`
    },
  },
  {
    name: 'lock-offline',
    en: 'The lock cannot be reached',
    de: 'Das Schloss ist nicht erreichbar',
    path: async () => `/temp-keys/${await site.createKey(ABSENT, { maxUses: 3 })}`,
  },
  {
    name: 'sign-in',
    en: 'Please sign in',
    de: 'Bitte anmelden',
    path: async () =>
      `/temp-keys/${await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['ada'] })}`,
  },
  {
    name: 'unknown-link',
    en: 'Unknown link',
    de: 'Unbekannter Link',
    path: async () => `/temp-keys/${randomUUID()}`,
  },
]

/** All of it is on the screen at once. */
const SIZE = '[document.documentElement.scrollWidth, document.documentElement.scrollHeight]'
const SCREEN = [390, 664]

/** Each language, each colour scheme, and scripts on and off; what depends on two of them has tests of its own. */
const LOOKS = [
  { javaScriptEnabled: true, locale: 'en-GB', colorScheme: 'light' },
  { javaScriptEnabled: false, locale: 'de-AT', colorScheme: 'dark' },
] as const

const seenPictures = new Map<string, string>()

describe('a guest on a phone', () => {
  test.for(STATES)(
    'reads in English and German, by day and by night, with scripts and without: $en',
    { timeout: 60_000 },
    async (state, context) => {
      browser ??= await launchBrowser(context)
      const lasting = state.brief ? null : await state.path()
      const pictures = new Set<string>()
      for (const look of LOOKS) {
        await using phone = await Phone.in(browser, look)
        const { page } = phone
        await page.goto(`${site.url}${lasting ?? (await state.path())}`)
        const isGerman = look.locale.startsWith('de')
        expect(await phone.headline()).toBe(isGerman ? state.de : state.en)
        expect(await page.getAttribute('html', 'lang')).toBe(isGerman ? 'de' : 'en')
        pictures.add(await page.locator('#picture svg').innerHTML())
        await expectHelp(phone, state)
        expect.soft(await page.evaluate(SIZE), look.locale).toEqual(SCREEN)
        expect(await phone.barriers()).toEqual([])
        if (shotsDir !== '') await shoot(phone, `${state.name}-${look.locale.slice(0, 2)}-${look.colorScheme}`)

        expect(phone.complaints.filter((text) => !text.includes('404'))).toEqual([])
        const hosts = new Set(phone.asked.filter((url) => !url.startsWith('data:')).map((url) => new URL(url).host))
        expect(hosts).toEqual(new Set([new URL(site.url).host]))
        expect(await phone.transferred()).toBeLessThan(TRANSFER_MAX_BYTES)
      }
      expect(pictures.size).toBe(1)
      seenPictures.set(state.name, [...pictures].join())
    },
  )

  test('sees another picture for each', () => {
    expect(new Set(seenPictures.values()).size).toBe(seenPictures.size)
  })
})

/** Whom to call and what to say, on every page but those of a door that opens. */
async function expectHelp({ page }: Phone, { well }: State): Promise<void> {
  const calls = page.locator('a[href^="tel:"]')
  const codes = page.locator('.code b')
  expect([await calls.count(), await codes.count()]).toEqual(well ? [0, 0] : [1, 1])
  if (well) return
  expect(await calls.getAttribute('href')).toBe('tel:+493023125000')
  expect(await codes.textContent()).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/)
}

async function shoot({ page }: Phone, name: string): Promise<void> {
  mkdirSync(shotsDir, { recursive: true })
  await page.screenshot({ path: path.join(shotsDir, `${name}.png`), animations: 'disabled' })
}
