import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StaffRole } from '#domain/access/roles.ts'
import { english } from '#http/words/console/english.ts'
import { type LockId, parseTempKeyUuid } from '#protocol/ids.ts'
import { addDoor, addKey, doorId } from '#test/http/support/console-doors.ts'
import { type ConsoleHouse, startConsoleHouse } from '#test/http/support/console-house.ts'
import { must } from '#test/support/must.ts'

let house: ConsoleHouse | null = null
let main: LockId
let yard: LockId
const site = (): ConsoleHouse => must(house)
beforeAll(async () => {
  house = await startConsoleHouse({ role: 'reception' })
  main = await addDoor(house, { number: 101, name: 'Main entrance', area: 'Ground floor' })
  yard = await addDoor(house, { number: 102, name: 'Yard gate' })
  house.link.comes(main)
})
afterAll(async () => house?.[Symbol.asyncDispose]())
beforeEach(() => void Object.assign(site().visitor, { role: 'reception' }))

const SEED = '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'
const { keys: words } = english
const as = (role: StaffRole) => void Object.assign(site().visitor, { role })
const look = (url: string) => site().app.inject({ url, headers: { accept: 'text/html' } })
const post = (url: string, fields: Record<string, string | string[]>) =>
  site().app.inject({
    ...{ method: 'POST', url, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    payload: new URLSearchParams(
      Object.entries({ formToken: 't', ...fields }).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      ),
    ).toString(),
  })
const numberOf = async (uuid: Awaited<ReturnType<typeof addKey>>) => must(await site().store.numberOfTempKey(uuid))
const keyOf = async (number: number) => must(await site().store.tempKeyNumbered(number))
const hidden = (page: string, name: string): string =>
  must(new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1])
const typedIn = (page: string, name: string): string =>
  must(new RegExp(`name="${name}" type="[^"]+" value="([^"]*)"`).exec(page)?.[1])

const GOOD = {
  ...{ doors: '101', note: 'Ada Lovelace', from: '2031-06-01T14:00', until: '2031-06-03T11:00', uses: '3' },
  ...{ mode: 'public', users: '', seed: SEED },
}

describe('a new key', () => {
  test('every wrong field is named at once, and what was typed stays', async () => {
    const typed = { ...GOOD, doors: [], note: '<i>', from: '2031-06-31T10:00', until: 'x', uses: '0', users: 'ada' }
    const { statusCode, body } = await post('/console/keys/new', typed)
    expect(statusCode).toBe(400)
    for (const said of [words.chooseDoor, words.badTime, words.badUses, words.usersOfPublic])
      expect(body).toContain(said)
    expect([typedIn(body, 'note'), typedIn(body, 'from'), typedIn(body, 'uses')]).toEqual([
      '&#60;i&#62;',
      '2031-06-31T10:00',
      '0',
    ])
    expect(hidden(body, 'seed')).toBe(SEED)
  })

  test.for([
    ['ends before it begins', { until: '2031-05-01T11:00' }, words.untilBeforeFrom],
    ['is over already', { from: '2020-01-01T10:00', until: '2020-01-02T10:00' }, words.isOver],
    ['is for certain people and names nobody', { mode: 'user-whitelist' }, words.usersMissing],
    ['is for a door that is not there', { doors: ['101', '999'] }, words.doorGone('999')],
    [
      'ends at a time that the clock skips',
      { until: '2032-03-28T02:30' },
      words.skippedTime('01:30 (UTC+01:00)', '03:30 (UTC+02:00)'),
    ],
    [
      'ends at a time that the clock shows twice',
      { until: '2031-10-26T02:30' },
      words.repeatedTime('02:30 (UTC+02:00)', '02:30 (UTC+01:00)'),
    ],
  ] as const)('is not made when it %s', async ([, wrong, said]) => {
    const { statusCode, body } = await post('/console/keys/new', { ...GOOD, ...wrong } as Record<string, string>)
    expect([statusCode, body.includes(said)]).toEqual([400, true])
  })

  test('of two times that the clock shows alike, the one that was chosen is meant', async () => {
    const seed = '1d2f9c11-3b8e-4c6a-9e57-1a2b3c4d5e6f'
    const asked = { ...GOOD, seed, until: '2031-10-26T02:30', untilWhich: 'second' }
    const { headers } = await post('/console/keys/new', asked)
    const number = Number(/keys\/(\d+)/.exec(must(headers.location))?.[1])
    expect((await keyOf(number)).validUntilMs).toBe(Date.parse('2031-10-26T01:30:00Z'))
  })

  test('for two doors is two keys, and the same form again makes no more', async () => {
    const asked = { ...GOOD, doors: ['101', '102'] }
    const first = await post('/console/keys/new', asked)
    const again = await post('/console/keys/new', asked)
    expect([first.statusCode, again.headers.location]).toEqual([303, first.headers.location])
    const [one = 0, two = 0] = must(new URLSearchParams(must(first.headers.location).split('?')[1]).get('keys'))
      .split(',')
      .map(Number)
    const made = [await keyOf(one), await keyOf(two)]
    expect(made.map(({ lockId }) => lockId)).toEqual([main, yard])
    expect(made[0]).toMatchObject({
      ...{ description: 'Ada Lovelace', maxUses: 3, createdBy: 'staff:Ada Lindqvist' },
      ...{ validFromMs: Date.parse('2031-06-01T12:00:00Z'), validUntilMs: Date.parse('2031-06-03T09:00:00Z') },
    })
    const other = await post('/console/keys/new', { ...asked, uses: '4' })
    expect([other.statusCode, other.body.includes(words.formUsed)]).toEqual([409, true])
  })
})

test('keys for several doors are made all or none', async () => {
  const key = { accessMode: 'public', allowedUserIds: [], maxUses: null, description: null } as const
  const uuid = (text: string) => must(parseTempKeyUuid(text))
  const good = uuid('2d2f9c11-3b8e-4c6a-9e57-1a2b3c4d5e6f')
  const window = { validFromMs: 1, validUntilMs: Date.now() + 1_000_000 }
  const keys = [
    { ...key, ...window, uuid: good, lockId: main },
    { ...key, ...window, uuid: uuid('3d2f9c11-3b8e-4c6a-9e57-1a2b3c4d5e6f'), lockId: doorId(999) },
  ]
  const result = await site().store.createTempKeys({ keys, by: { kind: 'owner' }, atMs: Date.now() })
  expect(result).toEqual({ kind: 'lock-not-found', lockId: doorId(999) })
  expect(await site().store.findTempKey(good)).toBeNull()
})

describe('one key', () => {
  test('whoever makes keys sees link, QR code and message; an auditor sees the key without them, and changes nothing', async () => {
    const uuid = await addKey(site(), { lockId: main, description: 'Grace Hopper' })
    const page = `/console/keys/${await numberOf(uuid)}`
    const own = await look(page)
    expect(own.body).toContain(`https://doors.example.org/temp-keys/${uuid}`)
    expect(own.body).toMatch(/<svg class="qr"/)
    expect(own.body).toContain('your key for Main entrance')
    as('auditor')
    const audited = await look(page)
    expect([audited.statusCode, audited.body.includes('Grace Hopper')]).toEqual([200, true])
    expect(audited.body).not.toMatch(new RegExp(`${uuid}|<form[^>]*method="post" action="/console/keys`))
    expect((await look('/console/keys')).body).not.toMatch(new RegExp(`${uuid}|/console/keys/new`))
  })

  test('is extended, keeps the seconds that nobody typed, and is not changed when somebody else changed it meanwhile', async () => {
    const validFromMs = Date.parse('2031-06-01T12:00:42Z')
    const uuid = await addKey(site(), { lockId: main, validFromMs, validUntilMs: validFromMs + 3_600_000 })
    const url = `/console/keys/${await numberOf(uuid)}`
    const { body } = await look(url)
    const seen = { seenFrom: hidden(body, 'seenFrom'), seenUntil: hidden(body, 'seenUntil'), seenUses: '' }
    const typed = { ...seen, from: typedIn(body, 'from'), until: '2031-06-05T11:00', uses: '2' }
    expect((await post(`${url}/change`, typed)).headers.location).toBe(`${url}?done=changed`)
    const changed = { validFromMs, validUntilMs: Date.parse('2031-06-05T09:00:00Z'), maxUses: 2 }
    expect(await keyOf(await numberOf(uuid))).toMatchObject(changed)

    const stale = await post(`${url}/change`, { ...typed, until: '2031-06-09T11:00' })
    expect([stale.statusCode, stale.body.includes(words.changedMeanwhile)]).toEqual([409, true])
    expect(typedIn(stale.body, 'until')).toBe('2031-06-09T11:00')
    expect(await keyOf(await numberOf(uuid))).toMatchObject(changed)
  })

  test('is revoked once: a page that is out of date says that it was before', async () => {
    const uuid = await addKey(site(), { lockId: main })
    const url = `/console/keys/${await numberOf(uuid)}`
    const { body } = await look(url)
    expect((await post(`${url}/revoke`, {})).headers.location).toBe(`${url}?done=revoked`)
    expect((await post(`${url}/revoke`, {})).headers.location).toBe(`${url}?done=already-revoked`)
    const typed = { from: typedIn(body, 'from'), until: '2031-06-05T11:00', uses: '' }
    const seen = { seenFrom: hidden(body, 'seenFrom'), seenUntil: hidden(body, 'seenUntil'), seenUses: '' }
    const stale = await post(`${url}/change`, { ...typed, ...seen })
    expect([stale.statusCode, stale.body.includes(words.revokedMeanwhile)]).toEqual([409, true])
    expect((await look(url)).body).not.toContain(uuid)
  })

  test('a link that was pasted finds its key, and stays in no address', async () => {
    const uuid = await addKey(site(), { lockId: main })
    const asked = new URLSearchParams({ q: `https://old.example.org/temp-keys/${uuid.toUpperCase()}?lang=de` })
    for (const page of ['/console/keys', '/console/keys/revoke', '/console/keys/cards'])
      expect((await look(`${page}?${asked}`)).headers.location).toBe(`/console/keys/${await numberOf(uuid)}`)
    const { headers } = await look(`/console/keys?q=${SEED}`)
    expect((await look(must(headers.location))).body).toContain(words.noSuchLink)
  })
})

describe('why a key does not open', () => {
  const HOUR_MS = 3_600_000
  test.for([
    ['is good', {}, words.opens],
    [
      'has not begun',
      { validFromMs: Date.now() + HOUR_MS, validUntilMs: Date.now() + 2 * HOUR_MS },
      words.rules['key-not-yet-valid'],
    ],
    [
      'is over',
      { validFromMs: Date.now() - 2 * HOUR_MS, validUntilMs: Date.now() - HOUR_MS },
      words.rules['key-expired'],
    ],
    ['names nobody', { accessMode: 'user-whitelist' }, words.whoRule],
  ] as const)('a key that %s', async ([, difference, said]) => {
    const uuid = await addKey(site(), { lockId: main, ...difference })
    const { body } = await look(`/console/keys/${await numberOf(uuid)}`)
    const against = [
      ...body.matchAll(
        /<th role="rowheader" scope="row">([^<]*)<\/th><td[^>]*><div><span class="badge bad">against it/g,
      ),
    ].map(([, rule]) => rule)
    expect(against).toEqual(said === words.opens ? [] : [said])
    expect(body.includes(words.opens)).toBe(said === words.opens)
  })

  test('a lock that is away is told with its cause', async () => {
    const uuid = await addKey(site(), { lockId: yard })
    const { body } = await look(`/console/keys/${await numberOf(uuid)}`)
    expect(body).toContain(english.doors.why['not-connected'])
  })
})

describe('all keys that match', () => {
  const revoke = '/console/keys/revoke'
  test('are shown first; what was shown is revoked, and nothing when others match by then', async () => {
    const add = () => addKey(site(), { lockId: yard, description: 'Konrad Zuse' })
    const made = [await add(), await add()]
    const shown = await look(`${revoke}?q=zuse`)
    expect(shown.body).toMatch(/2 keys would be revoked, of 1 door/)
    const seen = hidden(shown.body, 'seen')
    made.push(await add())
    const stale = await post(revoke, { q: 'zuse', door: '', state: '', seen })
    expect([stale.statusCode, stale.body.includes(words.othersMeanwhile)]).toEqual([409, true])
    const isRevoked = async () =>
      Promise.all(made.map(async (uuid) => (await site().store.findTempKey(uuid))?.revokedAtMs !== null))
    expect(await isRevoked()).toEqual([false, false, false])
    const done = await post(revoke, { q: 'zuse', door: '', state: '', seen: hidden(stale.body, 'seen') })
    expect(done.headers.location).toBe('/console/keys?q=zuse&done=revoked&count=3')
    expect(await isRevoked()).toEqual([true, true, true])
  })

  test('are never all keys of the site: somebody has to say which', async () => {
    expect((await look(revoke)).headers.location).toBe('/console/keys?done=say-which')
    const { statusCode } = await post(revoke, { q: '', door: '', state: '', seen: '' })
    expect(statusCode).toBe(409)
  })

  test('a door that is not there is said to be so', async () => {
    for (const page of ['/console/keys', revoke]) {
      const { statusCode, body } = await look(`${page}?door=nowhere`)
      expect([statusCode, body.includes(english.log.noSuchDoor)]).toEqual([400, true])
    }
  })
})

describe('cards', () => {
  test('say what the guest needs and nothing that is for the staff, each on its own and in either language', async () => {
    const uuid = await addKey(site(), { lockId: main, description: 'pays in cash' })
    const over = await addKey(site(), { lockId: main, validFromMs: 1, validUntilMs: 2 })
    const numbers = `${await numberOf(uuid)},${await numberOf(over)}`
    const { body } = await look(`/console/keys/cards?keys=${numbers}&in=de`)
    const [card = '', ...others] = body.match(/<article.*?<\/article>/gs) ?? []
    expect([others, card.includes('lang="de"'), card.includes('Ihr Schlüssel für')]).toEqual([[], true, true])
    expect(card).toContain(`https://doors.example.org/temp-keys/${uuid}`)
    expect(card).not.toContain('cash')
    expect(body).not.toContain(over)
  })

  test('there are none of keys that nobody can use', async () => {
    expect((await look('/console/keys/cards?state=expired&door=102')).headers.location).toContain('done=no-cards')
  })
})
