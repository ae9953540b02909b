import { hash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { helpCodeOf, helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { FakeLockLink } from '#test/http/support/fake-lock-link.ts'
import { NOW_MS, newKeyUuid } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite({ deadlineMs: 2_000 })
  return () => site.app.close()
})

const look = (url: string, headers: Record<string, string> = {}) =>
  site.app.inject({ url, headers: { accept: BROWSER, ...headers } })
const press = (key: TempKey, headers: Record<string, string> = {}) =>
  site.app.inject({
    method: 'POST',
    url: `/temp-keys/${key.uuid}/open`,
    headers: { accept: BROWSER, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: '',
  })
const headline = (page: string): string => /<h1 [^>]*>(.*?)<\/h1>/.exec(page)?.[1] ?? ''

/** The code as a person copies it. */
const codeOn = (page: string): string =>
  /class="code">[^<]*<b dir="ltr">(.*?)<\/b>/.exec(page)?.[1]?.replace('<i></i>', '') ?? ''

/** As a person reads it. */
const text = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>|<script>.*?<\/script>|<template.*?<\/template>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

const inside = (tag: string, page: string): string[] =>
  [...page.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, content]) => String(content))

describe('the page of a key', () => {
  test.each<[string, Partial<TempKey>, boolean]>([
    ['Ready to open', {}, true],
    ['Ready to open', { maxUses: null }, true],
    ['Not valid yet', { validFromMs: NOW_MS + 1 }, false],
    ['This key has expired', { validUntilMs: NOW_MS }, false],
    ['All uses are spent', { usedCount: 3 }, false],
    ['This key was withdrawn', { revokedAtMs: NOW_MS }, false],
  ])('says "%s" in its own words, with status 200', async (words, difference, canOpen) => {
    const { statusCode, body, headers } = await look(`/temp-keys/${site.addKey(difference).uuid}`)
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headline(body)).toBe(words)
    expect(body.includes('<button class="big" type="submit">Open</button>')).toBe(canOpen)
  })

  test('says that the lock cannot be reached, and offers no button that could not work', async () => {
    site.link.online = false
    const { body } = await look(`/temp-keys/${site.addKey().uuid}`)
    expect(headline(body)).toBe('The lock cannot be reached')
    expect(body).not.toContain('<button')
  })

  test('says that a link is unknown, with 404', async () => {
    const { statusCode, body } = await look(`/temp-keys/${newKeyUuid()}`)
    expect([statusCode, headline(body)]).toEqual([404, 'Unknown link'])
  })

  test("shows the door, the window in the building's time, and the uses left", async () => {
    const { body } = await look(`/temp-keys/${site.addKey({ usedCount: 1 }).uuid}`)
    expect(body).toContain('Side entrance &#60;Ost&#62; &#38; yard')
    expect(text(body)).toContain('Valid until today 14:00')
    expect(body).toContain('<time datetime="2026-11-24T13:00:00.000Z">')
    expect(body).toContain('2 of 3')
  })

  test('says the year of a window that reaches into another one', async () => {
    const validUntilMs = Date.parse('2026-12-31T23:00:00Z')
    const { body } = await look(`/temp-keys/${site.addKey({ validUntilMs }).uuid}`)
    expect(body).toContain('<bdi>Fri, 1 Jan 2027</bdi> <bdi>00:00 CET</bdi>')
  })

  test('never shows what is for whoever manages keys', async () => {
    const key = site.addKey()
    for (const accept of [BROWSER, 'application/json']) {
      const { body } = await look(`/temp-keys/${key.uuid}`, { accept })
      expect(body).not.toMatch(/4711|landlady|allowedUserIds|description|createdBy/)
    }
  })

  test('runs its one known script, loads nothing, and lets no other site frame it or receive its forms', async () => {
    const { body, headers } = await look(`/temp-keys/${site.addKey().uuid}`)
    expect(body).not.toMatch(/<script |javascript:|\son\w+=|https?:/i)
    const [style, script] = ['style', 'script'].map((tag) => inside(tag, body))
    const csp = String(headers['content-security-policy'])
    expect(csp).toContain(`style-src 'sha256-${hash('sha256', String(style), 'base64')}'`)
    expect(csp).toContain(`script-src 'sha256-${hash('sha256', String(script), 'base64')}'`)
    expect(csp).toContain("connect-src 'self'")
    expect(csp).toContain("default-src 'none'")
    expect(csp).toContain("form-action 'self'")
    expect(csp).toContain("frame-ancestors 'none'")
    expect(csp).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  test('asks who somebody is before it says anything of a key for named users', async () => {
    const key = site.addKey({ accessMode: 'user-whitelist' })
    const { statusCode, body } = await look(`/temp-keys/${key.uuid}`)
    expect([statusCode, headline(body)]).toEqual([200, 'Please sign in'])
    expect(body).not.toMatch(/Side entrance|24 Nov|3 of 3/)
  })
})

describe('the button', () => {
  test.each<[string, FakeLockLink['whim']]>([
    ['Door opened', { result: 'opened' }],
    ['The door did not open', { result: 'refused', reason: 'privacy' }],
    ['The door did not open', { result: 'jammed' }],
    ['The door did not open', 'not-sent'],
    ['Not confirmed yet', 'silent'],
  ])('leads to a page that says "%s", so that reload and back never post again', async (words, whim) => {
    site.link.whim = whim
    const key = site.addKey()
    const pressed = await press(key)
    expect(pressed.statusCode).toBe(303)
    expect(pressed.headers.location).toMatch(new RegExp(`^/temp-keys/${key.uuid}\\?opening=[\\w-]{22}$`))
    const { statusCode, body } = await look(pressed.headers.location ?? '')
    expect([statusCode, headline(body)]).toEqual([200, words])
    expect(site.link.sent).toHaveLength(1)
  })

  test('tells the truth later, when the lock speaks late', async () => {
    site.link.whim = 'silent'
    const location = (await press(site.addKey())).headers.location ?? ''
    const before = await look(location)
    expect(headline(before.body)).toBe('Not confirmed yet')
    expect(before.body).toContain('<noscript><meta http-equiv="refresh"')
    const [opening] = site.rows.openings
    if (opening === undefined) return expect.fail()
    site.rows.setState(opening, 'opened', NOW_MS)
    const after = await look(location)
    expect(headline(after.body)).toBe('Door opened')
    expect(after.body).toContain(`<meta http-equiv="refresh" content="6;url=${location}">`)
  })

  test.each([
    { as: 'charged', says: 'counts as a use' },
    { as: 'released', says: 'does not count as a use' },
  ] as const)('says of an opening that an operator has $as only what is known', async ({ as, says }) => {
    site.link.whim = 'silent'
    const location = (await press(site.addKey())).headers.location ?? ''
    const [opening] = site.rows.openings
    if (opening === undefined) return expect.fail()
    site.rows.setState(opening, as, NOW_MS)
    const { body } = await look(location)
    expect(headline(body)).toBe('Never confirmed')
    expect(body).toContain(says)
    expect(body).toContain('Please check the door')
    expect(body).not.toMatch(/did not open|will not open/)
  })

  test('shows whom to call, and a code that finds the opening, unless all is well', async () => {
    const contact = { name: 'Night <desk>', phone: '+49 (0)30 123-45', text: null }
    site = await startRouteSite({ deadlineMs: 2_000, contact })
    site.link.whim = { result: 'refused', reason: 'privacy' }
    const { body } = await look((await press(site.addKey())).headers.location ?? '')
    const [opening] = site.rows.openings
    if (opening === undefined) return expect.fail()
    expect(codeOn(body)).toBe(helpCodeOf(opening.openingId))
    expect(body).toContain('Night &#60;desk&#62;')
    expect(body).toContain('href="tel:+493012345"')
    const ready = await look(`/temp-keys/${site.addKey().uuid}`)
    expect(ready.body.split('<template')[0]).not.toMatch(/Night|tel:|class="code"/)
  })

  test('has the words of a refusal, its status, and the door, when nothing was reserved', async () => {
    const { statusCode, body } = await press(site.addKey({ validUntilMs: NOW_MS }))
    expect([statusCode, headline(body)]).toEqual([400, 'This key has expired'])
    expect(body).toContain('Side entrance')
  })

  test('offers another try when the lock could not be reached', async () => {
    site.link.online = false
    const { statusCode, body, headers } = await press(site.addKey())
    expect([statusCode, headline(body)]).toEqual([503, 'The lock cannot be reached'])
    expect(headers['retry-after']).toBeDefined()
  })

  test('answers 401 with the sign-in page for a key of named users', async () => {
    const { statusCode, body, headers } = await press(site.addKey({ accessMode: 'user-whitelist' }))
    expect([statusCode, headline(body)]).toEqual([401, 'Please sign in'])
    expect(headers['www-authenticate']).toBe('Bearer')
    expect(body).not.toContain('Side entrance')
  })
})

describe("another key's opening", () => {
  test('is not told, nor is one that nobody made', async () => {
    const location = (await press(site.addKey())).headers.location ?? ''
    const stolen = location.replace(/^[^?]*/, `/temp-keys/${site.addKey().uuid}`)
    for (const url of [stolen, `/temp-keys/${site.addKey().uuid}?opening=${'A'.repeat(22)}`]) {
      const { statusCode, body } = await look(url)
      expect([statusCode, headline(body)]).toEqual([404, 'Unknown attempt'])
    }
  })

  test.each(['?opening=short', '?opening=', `?opening=${'A'.repeat(22)}&opening=${'B'.repeat(22)}`])(
    'is 400 as %s',
    async (query) => {
      expect((await look(`/temp-keys/${site.addKey().uuid}${query}`)).statusCode).toBe(400)
    },
  )

  test('has nothing to do with other parameters, which messengers add to links', async () => {
    expect((await look(`/temp-keys/${site.addKey().uuid}?fbclid=x&fbclid=y`)).statusCode).toBe(200)
  })
})

describe('every error on the way of a guest is a page with its status', () => {
  test.each([
    [400, '/temp-keys/short'],
    [404, '/elsewhere'],
    [405, `/temp-keys/${newKeyUuid()}/open`],
    [501, `/temp-keys/${newKeyUuid()}/share`],
    [400, '/temp-keys/%zz'],
    [414, `/temp-keys/${'a'.repeat(200)}`],
    [414, `/temp-keys/x?${'a'.repeat(3_000)}`],
  ])('%i at %s', async (status, url) => {
    const { statusCode, headers, body } = await look(url)
    expect(statusCode).toBe(status)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headline(body)).not.toBe('')
    expect(headers['cache-control']).toBe('no-store')
    expect(codeOn(body)).toBe(helpCodeOfRequest(String(headers['x-request-id'])))
  })

  test('415 and 413 for a body that is none of ours', async () => {
    const key = site.addKey()
    const image = await site.app.inject({
      method: 'POST',
      url: `/temp-keys/${key.uuid}/open`,
      headers: { accept: BROWSER, 'content-type': 'image/png' },
      payload: 'x',
    })
    expect(image.statusCode).toBe(415)
    expect(image.headers['content-type']).toContain('text/html')
  })

  test('and leads back to the key where there is one', async () => {
    const uuid = newKeyUuid()
    const { body } = await look(`/temp-keys/${uuid}/open`)
    expect(body).toContain(`href="/temp-keys/${uuid}"`)
  })

  test('but JSON where Accept prefers it, or has no preference, or is missing', async () => {
    for (const headers of [{ accept: 'application/json, text/html;q=0.5' }, { accept: '*/*' }, {}]) {
      const answer = await site.app.inject({ url: '/temp-keys/short', headers })
      expect(answer.headers['content-type']).toContain('application/json')
    }
  })
})
