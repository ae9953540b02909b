import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { STAFF_ROLES, type StaffRole } from '#domain/access/roles.ts'
import { english } from '#http/words/console/english.ts'
import { type ConsoleSite, startConsoleSite } from '#test/http/support/console-site.ts'
import { aLock, LOCK_ID, present } from '#test/http/support/route-samples.ts'

const PATH = `/console/doors/${LOCK_ID}`
const { oneDoor } = english
const DOOR = aLock()
const ESCAPED = 'Side entrance &#60;Ost&#62; &#38; yard'
const was = { wasName: DOOR.name, wasArea: DOOR.area, wasPulse: '5' }

let site: ConsoleSite
const cookies = new Map<StaffRole, string>()
beforeAll(async () => {
  site = await startConsoleSite()
  await site.store.noteArrivals({ lockIds: [LOCK_ID], atMs: site.clock.nowMs() })
  for (const role of STAFF_ROLES) cookies.set(role, await site.signIn((await site.add(role)).code))
})
beforeEach(() => {
  Object.assign(site.link, { online: true, whim: { result: 'opened' }, answer: { kind: 'answered', tookMs: 42 } })
})
afterAll(async () => site.app.close())

const cookieOf = (role: StaffRole): string => present(cookies.get(role))
const post = (role: StaffRole, what: string, fields: object = {}) =>
  site.post(cookieOf(role), `${PATH}/${what}`, fields)

/** Does it, and looks at the page that it leads to. */
async function act(role: StaffRole, what: string, fields: object = {}): Promise<string> {
  const { statusCode, headers } = await post(role, what, fields)
  expect(statusCode).toBe(303)
  return (await site.look(cookieOf(role), present(headers.location))).body
}

/** What the page says above all else. */
const saidOn = (body: string): string =>
  /role="(?:alert|status)"><p>(.*?)<\/p>/.exec(body.split('<main')[1] ?? '')?.[1] ?? ''

const WORKERS: readonly StaffRole[] = ['technician', 'manager']
const OPENERS: readonly StaffRole[] = ['technician', 'reception', 'manager']
const ACTIONS: readonly (readonly [string, object, readonly StaffRole[]])[] = [
  ['ask', {}, OPENERS],
  ['open', { reason: 'locked out' }, OPENERS],
  ['test', {}, WORKERS],
  ['battery', {}, WORKERS],
  ['change', { name: DOOR.name, area: DOOR.area, pulse: '5', ...was }, WORKERS],
]

describe.each(STAFF_ROLES)('%s', (role) => {
  test.each(ACTIONS)('gets to do what the role may, and nothing else: %s', async (what, fields, may) => {
    const sentBefore = site.link.sent.length
    const { statusCode } = await post(role, what, fields)
    expect(statusCode).toBe(may.includes(role) ? 303 : 403)
    const opens = (what === 'open' || what === 'test') && may.includes(role)
    expect(site.link.sent.length - sentBefore).toBe(opens ? 1 : 0)
  })

  test('is shown a form for each of those, and for no other', async () => {
    const { body } = await site.look(cookieOf(role), PATH)
    const shown = ACTIONS.filter(([what]) => body.includes(`action="${PATH}/${what}"`)).map(([what]) => what)
    expect(shown).toEqual(ACTIONS.filter(([, , may]) => may.includes(role)).map(([what]) => what))
  })
})

test('a page of another site opens no door, and neither does a form without its token', async () => {
  const sentBefore = site.link.sent.length
  const foreign = await site.post(cookieOf('manager'), `${PATH}/test`, {}, { 'sec-fetch-site': 'cross-site' })
  const stale = await site.post(cookieOf('manager'), `${PATH}/test`, { formToken: 'x' })
  expect([foreign.statusCode, stale.statusCode, site.link.sent.length]).toEqual([403, 403, sentBefore])
})

describe('asked', () => {
  test('a lock that answers is told in one sentence with the time it took and what it says of itself', async () => {
    expect(saidOn(await act('technician', 'ask'))).toContain('It answered in 42 ms. The door is closed, battery 80 %.')
  })

  test('a lock that is silent is told with what to look at, and one that nothing reaches with that', async () => {
    site.link.answer = { kind: 'silent' }
    expect(saidOn(await act('technician', 'ask'))).toContain(oneDoor.lookAt['no-answer'])
    Object.assign(site.link, { online: false, answer: { kind: 'unreachable' } })
    const said = saidOn(await act('technician', 'ask'))
    expect(said).toContain(oneDoor.unreachable)
    expect(said).toContain(oneDoor.lookAt['not-connected'])
  })

  test('somebody else’s answer is shown to nobody', async () => {
    const { headers } = await post('technician', 'ask')
    const { body } = await site.look(cookieOf('manager'), present(headers.location))
    expect(saidOn(body)).toBe('')
  })
})

describe('opened', () => {
  test('as a test, it is told so with its time, on the page, in the log and to programs, and spends no key', async () => {
    const body = await act('technician', 'test')
    expect(saidOn(body)).toMatch(/Test: “Side entrance[^”]*” opened; the lock answered \d+ ms after/)
    expect(body.includes(`<span class="badge info">${oneDoor.test}</span>`)).toBe(true)
    expect((await site.look(cookieOf('technician'), '/console/log')).body.includes('Test: Opened')).toBe(true)
    const events = await site.store.eventsOf(LOCK_ID, { afterVersion: 0, limit: 1_000 })
    const requested = events.filter(({ type }) => type === 'LockOpenRequested').at(-1)
    expect(requested).toMatchObject({ chained: { principal: 'staff:technician', keyRef: null }, plain: { test: true } })
  })

  test('now, the page names who and why to those who may read of people', async () => {
    // Nobody who has just opened it: that would be the same opening.
    const cookie = await site.signIn((await site.add('reception', 'Rita')).code)
    const { headers } = await site.post(cookie, `${PATH}/open`, { reason: 'suite 7 locked\nout' })
    const { body } = await site.look(cookie, present(headers.location))
    expect(saidOn(body)).toContain(`“${ESCAPED}” opened`)
    expect(body.includes('“suite 7 locked out”')).toBe(true)
    const { body: asTechnician } = await site.look(cookieOf('technician'), PATH)
    expect([asTechnician.includes('Rita'), asTechnician.includes('suite 7')]).toEqual([true, false])
  })

  test('by a form that is sent again, it opens once', async () => {
    const once = { once: '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b' }
    const sentBefore = site.link.sent.length
    const first = await post('manager', 'test', once)
    const again = await post('manager', 'test', once)
    expect(site.link.sent.length - sentBefore).toBe(1)
    expect(again.headers.location).toBe(first.headers.location)
    await post('manager', 'test')
    expect(site.link.sent.length - sentBefore).toBe(2)
  })

  test('without a reason, or with one that is too long, nothing is sent, and what was typed stays', async () => {
    const sentBefore = site.link.sent.length
    for (const [reason, said] of [
      ['  ', english.form.missing],
      ['x'.repeat(201), english.form.tooLong(200)],
    ] as const) {
      const { statusCode, body } = await post('manager', 'open', { reason })
      expect([statusCode, body.includes(said), body.includes(`value="${reason}"`)]).toEqual([400, true, true])
    }
    expect(site.link.sent.length).toBe(sentBefore)
  })

  test.each([
    ['a lock that is offline', { online: false }, oneDoor.refusals['lock-offline']],
    ['a bolt that is stuck', { whim: { result: 'jammed', reason: 'jammed' } }, english.doors.openings.jammed],
    ['a lock that refuses', { whim: { result: 'refused', reason: 'privacy' } }, english.log.reasons.privacy],
    ['a lock that says nothing', { whim: 'silent' }, oneDoor.unconfirmed(ESCAPED)],
  ])('%s is told as what it is', async (_what, difference, said) => {
    Object.assign(site.link, difference)
    expect(saidOn(await act('technician', 'test'))).toContain(said)
  })
})

test('an opening that nobody knows the end of is settled once, with a word, by whoever may', async () => {
  site.link.whim = 'silent'
  const { headers } = await post('technician', 'test')
  const opening = present(new URL(present(headers.location), 'http://x').searchParams.get('opening'))
  expect((await post('auditor', 'settle', { opening, as: 'released', word: 'x' })).statusCode).toBe(403)
  const wrong = await post('reception', 'settle', { opening, as: '', word: ' ' })
  expect(wrong.statusCode).toBe(400)
  for (const said of [oneDoor.chooseOne, english.form.missing]) expect(wrong.body.includes(said)).toBe(true)
  const elsewhere = await site.post(cookieOf('reception'), '/console/doors/102/settle', { opening, as: 'released' })
  expect(elsewhere.statusCode).toBe(404)
  const body = await act('reception', 'settle', { opening, as: 'released', word: 'saw it shut' })
  expect([saidOn(body), body.includes('“saw it shut”')]).toEqual([oneDoor.settledDone, true])
  const late = await post('technician', 'settle', { opening, as: 'charged', word: 'x' })
  expect([late.statusCode, late.body.includes(oneDoor.settledMeanwhile)]).toEqual([409, true])
  expect(late.body.includes('saw it shut')).toBe(false)
})

test('new batteries are a fact with a date', async () => {
  const before = await site.store.findLock(LOCK_ID)
  expect(saidOn(await act('technician', 'battery'))).toBe(oneDoor.batteryNoted)
  expect(await site.store.batteryReplacedAtMs(LOCK_ID)).toBe(site.clock.nowMs())
  expect(present(await site.store.findLock(LOCK_ID)).version).toBe(present(before).version + 1)
})

describe('changed', () => {
  test('every wrong field is named at once, and nothing is stored', async () => {
    const typed = { name: ' ', area: 'a\u202eb', pulse: '2', ...was }
    const { statusCode, body } = await post('manager', 'change', typed)
    expect(statusCode).toBe(400)
    for (const said of [english.form.missing, oneDoor.badText, oneDoor.badPulse(3, 30)])
      expect(body.includes(said)).toBe(true)
    expect(site.locks.get(LOCK_ID)?.name).toBe(DOOR.name)
  })

  test('name, area and pulse are stored; a form from before that is out of date and says so', async () => {
    const typed = { name: 'East door', area: '', pulse: '7', ...was }
    expect(saidOn(await act('technician', 'change', typed))).toBe(oneDoor.changed)
    expect(site.locks.get(LOCK_ID)).toMatchObject({ name: 'East door', area: null, pulseS: 7 })
    const stale = await post('manager', 'change', { ...typed, name: 'West door' })
    expect([stale.statusCode, stale.body.includes(oneDoor.changedMeanwhile)]).toEqual([409, true])
    expect(stale.body.includes('value="West door"')).toBe(true)
    expect(site.locks.get(LOCK_ID)?.name).toBe('East door')
  })
})

test('who used which key is named to those who may know it, each key by a mark, and no link of one is on the page', async () => {
  const { uuid } = site.addKey({ description: 'the plumber' })
  await site.app.inject({ method: 'POST', url: `/temp-keys/${uuid}/open` })
  const pages = await Promise.all(STAFF_ROLES.map(async (role) => (await site.look(cookieOf(role), PATH)).body))
  const named = STAFF_ROLES.filter((_role, at) => /<td[^>]*data-label="Who"><div>the plumber/.test(pages[at] ?? ''))
  const listed = STAFF_ROLES.filter((_role, at) => /<th[^>]*>the plumber/.test(pages[at] ?? ''))
  expect([named, listed]).toEqual([
    ['reception', 'auditor', 'manager'],
    ['reception', 'auditor', 'manager'],
  ])
  expect(pages.filter((page) => page.includes(uuid) || page.includes('/temp-keys/'))).toEqual([])
  const { body } = await site.look(cookieOf('manager'), '/console/log')
  expect(body.includes('openings of door 101')).toBe(true)
})

test('all openings are on pages of twenty, each once', async () => {
  for (let n = 0; n < 12; n += 1) await post('manager', 'test')
  const codes: string[] = []
  let url: string | null = PATH
  for (let page = 0; url !== null && page < 9; page += 1) {
    const { body } = await site.look(cookieOf('technician'), url)
    const openings = /id="door-openings">(.*?)<\/section>/s.exec(body)?.[1] ?? ''
    const found = [...openings.matchAll(/<code>([0-9A-Z]{6})<\/code>/g)].map(([, code = '']) => code)
    expect(found.length).toBeLessThanOrEqual(20)
    codes.push(...found)
    url = /href="([^"]+)">Older</.exec(openings)?.[1] ?? null
  }
  const events = await site.store.eventsOf(LOCK_ID, { afterVersion: 0, limit: 1_000 })
  const begun = events.filter(({ type }) => type === 'LockOpenRequested')
  expect(begun.length).toBeGreaterThan(20)
  expect([codes.length, new Set(codes).size]).toEqual([begun.length, begun.length])
})

test.each(['999', 'x', '0'])('a door that is not there has no page: %s', async (id) => {
  const { statusCode } = await site.look(cookieOf('technician'), `/console/doors/${id}`)
  expect([400, 404]).toContain(statusCode)
})
