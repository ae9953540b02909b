import { beforeEach, describe, expect, test } from 'vitest'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { FakeLockLink } from '#test/http/support/fake-lock-link.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'
import { must } from '#test/support/must.ts'

const contact = { name: 'Night desk', phone: '+49 30 12345', text: null }
const MINUTE_MS = 60_000

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite({ deadlineMs: 2_000, contact })
  return () => site.app.close()
})

const look = async (url: string): Promise<string> =>
  (await site.app.inject({ url, headers: { accept: 'text/html' } })).body
const press = (key: TempKey) =>
  site.app.inject({
    method: 'POST',
    url: `/temp-keys/${key.uuid}/open`,
    headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
    payload: '',
  })
async function tapped(whim: FakeLockLink['whim'], key = site.addKey()): Promise<string> {
  site.link.whim = whim
  return must((await press(key)).headers.location)
}

const headline = (page: string): string => /<h1 [^>]*>(.*?)<\/h1>/.exec(page)?.[1] ?? ''
/** As a person reads it, without what only the script shows. */
const text = (page: string): string =>
  page
    .replaceAll(/<(style|script|template|noscript)\b.*?<\/\1>|<p data-by-script hidden>.*?<\/p>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
const leftMs = (page: string): number => Number(/data-left-ms="(\d+)"/.exec(page)?.[1])
const codeOn = (page: string): string => /class="code">.*?<\/b>/.exec(page)?.[0] ?? ''

describe('the page of an opened door', () => {
  test('tells the seconds left of the pulse, and comes again when they are over', async () => {
    const location = await tapped({ result: 'opened' })
    site.clock.wallMs += 2_000
    const page = await look(location)
    expect(headline(page)).toBe('Door opened')
    expect(text(page)).toContain('Time left to go in 3 secs')
    expect(page).toContain('data-changes-ms="3000"')
    expect(page).toContain(`<noscript><meta http-equiv="refresh" content="4;url=${location}"></noscript>`)
  })

  test('is ready again when the pulse is over, and says when the door opened', async () => {
    const location = await tapped({ result: 'opened' })
    site.clock.wallMs += 5_000
    const page = await look(location)
    expect(headline(page)).toBe('Ready to open')
    expect(text(page)).toContain('Door opened today 13:00')
    expect(page).toContain('<button class="big" type="submit">Open</button>')
    expect(page).not.toContain('http-equiv="refresh"')
  })

  test.each<[string, Partial<TempKey>]>([
    ['All uses are spent', { maxUses: 1 }],
    ['This key has expired', { validUntilMs: NOW_MS + MINUTE_MS }],
  ])('says three minutes later what is true then: %s', async (words, difference) => {
    const location = await tapped({ result: 'opened' }, site.addKey(difference))
    site.clock.wallMs += 3 * MINUTE_MS
    expect(headline(await look(location))).toBe(words)
  })

  test('says that the lock cannot be reached when it has gone since', async () => {
    const location = await tapped({ result: 'opened' })
    site.clock.wallMs += 3 * MINUTE_MS
    site.link.online = false
    expect(headline(await look(location))).toBe('The lock cannot be reached')
  })

  test('counts no pulse from a word that came late, but tells whoever waited for it', async () => {
    const location = await tapped('silent')
    const [opening] = site.rows.openings
    site.clock.wallMs += MINUTE_MS
    site.rows.setState(must(opening), 'opened', site.clock.wallMs)
    const page = await look(location)
    expect(headline(page)).toBe('The door was opened')
    expect(text(page)).toContain('Door opened today 13:00')
    expect(page).not.toContain('data-left-ms=')
    site.clock.wallMs += 3 * MINUTE_MS
    expect(headline(await look(location))).toBe('Ready to open')
  })

  test('never counts longer than the pulse, though the clock was set back', async () => {
    const location = await tapped({ result: 'opened' })
    site.clock.wallMs -= 30 * MINUTE_MS
    expect(leftMs(await look(location))).toBe(5_000)
  })
})

describe('the page of an attempt that failed', () => {
  test.each<[string, FakeLockLink['whim']]>([
    ['The door did not open', { result: 'refused', reason: 'busy' }],
    ['The door did not open', { result: 'jammed' }],
    ['The door did not open', 'not-sent'],
  ])('says "%s" while that is news, later what is true, and keeps its help code', async (words, whim) => {
    const location = await tapped(whim)
    const first = await look(location)
    expect(headline(first)).toBe(words)
    site.clock.wallMs += 3 * MINUTE_MS
    const later = await look(location)
    expect(headline(later)).toBe('Ready to open')
    expect(later).toContain('>Open</button>')
    expect(codeOn(later.replace(/<template.*/s, ''))).toBe('')
    expect(codeOn(later)).toBe(codeOn(first))
  })

  test.each(['battery', 'privacy', 'lockdown'])(
    'leads with the call where another tap cannot help: %s',
    async (reason) => {
      const page = await look(await tapped({ result: 'refused', reason }))
      expect(page).toMatch(/class="big call".*class="small" type="submit">Try again</s)
      expect(text(page)).toContain('Trying again does not help now. Please call for help.')
    },
  )

  test.each(['busy', 'not-executed'])('leads with another tap where that can help: %s', async (reason) => {
    const page = await look(await tapped({ result: 'refused', reason }))
    expect(page).toMatch(/class="big" type="submit">Try again<.*class="small call"/s)
    expect(text(page)).not.toContain('does not help')
  })

  test('leads with the call where the key is withdrawn', async () => {
    const page = await look(`/temp-keys/${site.addKey({ revokedAtMs: NOW_MS }).uuid}`)
    expect(page).toContain('class="big call"')
  })

  test('asks to ask whoever gave the key where nobody can be called', async () => {
    site = await startRouteSite({ deadlineMs: 2_000 })
    const page = await look(await tapped({ result: 'refused', reason: 'battery' }))
    expect(text(page)).toContain('Please ask whoever gave you this key.')
    expect(page).toContain('<button class="big" type="submit">Try again</button>')
  })
})

describe('the page of whoever taps too often', () => {
  test('counts down to the next tap, and invites to none before', async () => {
    site = await startRouteSite({ deadlineMs: 2_000, contact, limits: { commands: 1 } })
    const key = site.addKey()
    // A success would be joined by the next tap.
    site.link.whim = { result: 'refused', reason: 'busy' }
    await press(key)
    const { statusCode, headers, body } = await press(key)
    expect([statusCode, headline(body)]).toEqual([429, 'Too many attempts'])
    const retryAfterS = Number(headers['retry-after'])
    expect(leftMs(body)).toBe(retryAfterS * 1_000)
    expect(body).toContain(`data-changes-ms="${retryAfterS * 1_000}"`)
    expect(body).toContain(`content="${retryAfterS + 1};url=/temp-keys/${key.uuid}"`)
    expect(body.split('<template')[0]).not.toContain('<button')
    expect(text(body)).not.toContain('Try again')
  })

  test('counts down also where nothing may be said of a key', async () => {
    site = await startRouteSite({ deadlineMs: 2_000, limits: { failures: 1 } })
    await look('/temp-keys/short')
    const { statusCode, headers, body } = await site.app.inject({
      url: '/temp-keys/short',
      headers: { accept: 'text/html' },
    })
    expect([statusCode, headline(body)]).toEqual([429, 'Too many attempts'])
    expect(leftMs(body)).toBe(Number(headers['retry-after']) * 1_000)
  })
})

describe('the page of an opening that is not confirmed', () => {
  test('promises to change by itself only where the script says so', async () => {
    const page = await look(await tapped('silent'))
    expect(page).toContain('<p data-by-script hidden>This page changes by itself when the lock answers.</p>')
    expect(text(page)).not.toContain('by itself')
    expect(page).toMatch(/<noscript><a class="small" href="[^"]+">Look again<\/a><\/noscript>/)
  })
})

describe('a page says no more than helps', () => {
  test('no organization, no limit that is none, no beginning that is past', async () => {
    const page = await look(`/temp-keys/${site.addKey({ maxUses: null }).uuid}`)
    expect(page).not.toMatch(/Hausverwaltung|Uses left|Valid from/)
    expect(text(page)).toContain('Valid until today 14:00')
  })

  test.each([
    [2 * 86_400_000, '2 days'],
    [2 * 86_400_000 + 3_600_000, '2 days 1 hr'],
    [3_600_000 + 20_000, '1 hr'],
    [61_000, '1 min 1 sec'],
  ])('counts %i ms as %s', async (aheadMs, words) => {
    const key = site.addKey({ validFromMs: NOW_MS + aheadMs, validUntilMs: NOW_MS + aheadMs + MINUTE_MS })
    expect(text(await look(`/temp-keys/${key.uuid}`))).toContain(`Time until your key is valid ${words} `)
  })

  test('names the day of tomorrow, and the zone for whoever is still elsewhere', async () => {
    const day = 24 * 60 * MINUTE_MS
    const key = site.addKey({ validFromMs: NOW_MS + day, validUntilMs: NOW_MS + 4 * day })
    const page = text(await look(`/temp-keys/${key.uuid}`))
    expect(page).toContain('Valid from tomorrow 13:00 CET')
    expect(page).toContain('Valid until Sat 28 Nov 13:00 CET')
  })
})
