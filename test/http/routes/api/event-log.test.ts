import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES, type Scope } from '#domain/access/caller.ts'
import { FILES_A_MINUTE_MAX } from '#http/streams/log-files.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'

const entry = z.looseObject({
  at: z.string(),
  local: z.string(),
  lockId: z.number().nullable(),
  door: z.string().nullable(),
  event: z.string(),
  who: z.object({ kind: z.string(), name: z.string().nullable() }),
  key: z.object({ description: z.string().nullable(), mark: z.string().nullable() }).nullable(),
  way: z.string(),
  result: z.string().nullable(),
  note: z.string().nullable(),
})
const page = z.strictObject({ entries: z.array(entry), nextCursor: z.string().nullable(), newest: z.string() })

let site: ApiSite
let acme: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  acme = await site.service(SCOPES)
  return () => site.close()
})

const log = async (query: string, headers = acme) => {
  const answer = await site.ask('GET', `/events?${query}`, headers)
  expect(answer.statusCode, answer.body).toBe(200)
  return page.parse(answer.json())
}
const eventsOf = async (query: string, headers = acme) => (await log(query, headers)).entries.map(({ event }) => event)

/** A key of that description, and a guest who opens by it. */
async function guestOpens(description: string | null, lock = 101, headers = acme): Promise<string> {
  const body = keyBody({ description })
  expect((await site.ask('POST', `/locks/${lock}/create-temp-key`, headers, body)).statusCode).toBe(200)
  expect((await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`)).statusCode).toBe(303)
  return body.tempKeyUuid
}

describe('the log', () => {
  test('tells who opened which door by which key and way, newest first, by the clock of the site', async () => {
    await guestOpens('Ada, week 48')
    const [first] = (await log('kind=opening&steps=false')).entries
    expect(first).toMatchObject({
      ...{ door: 'Door 101', lockId: 101, event: 'LockOpened', result: 'opened', way: 'link', reason: null },
      ...{ at: '2026-11-24T12:00:00.000Z', local: '2026-11-24T13:00:00+01:00' },
      who: { kind: 'guest', name: 'Ada, week 48' },
      key: { description: 'Ada, week 48', mark: expect.stringMatching(/^[0-9A-Z]{6}$/) },
    })
    expect(await eventsOf('order=newest')).toEqual([
      ...['LogRead', 'TempKeyUsed', 'LockOpened', 'LockOpenRequested', 'TempKeyCreated', 'LockCreated'],
    ])
  })

  test('writes unknown where nobody knows', async () => {
    await guestOpens(null)
    const [first] = (await log('result=opened')).entries
    expect(first).toMatchObject({ who: { kind: 'guest', name: 'unknown' }, key: { description: 'unknown' } })
  })

  test.each([
    ['door=101', 3],
    ['door=door+10', 3],
    ['key=week+48', 3],
    ['key=WEEK', 3],
    ['key=nobody', 0],
    ['person=ada', 3],
    ['result=opened', 1],
    ['result=refused,denied', 0],
    ['kind=key', 1],
    ['steps=false&kind=opening', 1],
    ['since=2026-11-24T12:00:00Z&kind=opening', 3],
    ['since=2026-11-24T12:00:01Z', 0],
    ['until=2026-11-24T12:00:00Z', 0],
  ])('%s finds %i events', async (query, count) => {
    await guestOpens('Ada, week 48')
    const found = (await eventsOf(query)).filter((event) => !/^(LogRead|Lock(Created))$/.test(event))
    expect(found.filter((event) => query.includes('kind') || event !== 'TempKeyCreated')).toHaveLength(count)
  })

  test('finds what was done with one key by its link, its UUID and its mark, and repeats no link', async () => {
    const uuid = await guestOpens('Ada')
    await guestOpens('Bob')
    const [found] = (await log('key=Ada&result=opened')).entries
    for (const key of [uuid, `https://keys.example.org/temp-keys/${uuid}?opening=x`, found?.key?.mark]) {
      const { entries } = await log(`result=opened&key=${encodeURIComponent(String(key))}`)
      expect(entries.map(({ who }) => who.name)).toEqual(['Ada'])
    }
    expect(JSON.stringify(await log('order=newest'))).not.toContain(uuid)
  })

  test.each(['person', 'key'])('keeps no key’s UUID of a search by %s, however it was pasted', async (field) => {
    const uuid = await guestOpens('Ada')
    const asked = encodeURIComponent(`<https://keys.example.org/temp-keys/${uuid.toUpperCase()}>, please`)
    expect((await site.ask('GET', `/events?format=csv&${field}=${asked}`, acme)).statusCode).toBe(200)
    const { entries } = await log('kind=site')
    expect(entries.map(({ note }) => note)).toContain(
      `a file began: ${field} <https://keys.example.org/temp-keys/…>, please`,
    )
  })

  test('goes page by page without loss while events happen, and then tells what is newer', async () => {
    for (let n = 0; n < 12; n += 1) await guestOpens(`guest ${n}`)
    const auditor = await site.service(['audit:read'])
    const began = await log('order=newest&limit=5', auditor)
    const told = [...began.entries]
    for (let cursor = began.nextCursor; cursor !== null; ) {
      await guestOpens('another')
      const { entries, nextCursor } = await log(`order=newest&limit=5&before=${cursor}`, auditor)
      told.push(...entries)
      cursor = nextCursor
    }
    expect(told).toHaveLength(1 + 12 * 4)
    expect(told.filter(({ event }) => event === 'LockOpened')).toHaveLength(12)
    const newer = await log(`newerThan=${began.newest}&limit=500`, auditor)
    expect(newer.entries.length % 4).toBe(0)
    expect(newer.entries.length).toBeGreaterThan(20)
    expect((await log(`newerThan=${newer.newest}`, auditor)).entries).toEqual([])
  })

  test.each([
    ['door=nowhere', 'door'],
    ['area=nowhere', 'area'],
    ['order=oldest', 'order'],
    ['result=maybe', 'result'],
    ['kind=opening,x', 'kind'],
    ['since=yesterday', 'since'],
    ['before=MTo0Mg', 'before'],
    ['newerThan=x', 'newerThan'],
    ['format=xml', 'format'],
    ['order=newest&limit=501', 'limit'],
    ['order=newest&after=MTox', 'after'],
    ['format=csv&before=Mjo0MjoxMA', 'before'],
  ])('%s is 400 naming %s', async (query, field) => {
    const answer = await site.ask('GET', `/events?${query}`, acme)
    expect(answer.statusCode).toBe(400)
    expect(errorAnswer.parse(answer.json()).details?.map((detail) => detail.field)).toEqual([field])
  })
})

describe('who sees what', () => {
  test.each<{ scopes: Scope[]; organization: string; door: string[]; guest: string | null; site: boolean }>([
    { scopes: ['audit:read'], organization: 'acme', door: ['101'], guest: null, site: true },
    { scopes: ['locks:read', 'technician'], organization: 'acme', door: ['101'], guest: null, site: true },
    { scopes: ['locks:read', 'keys:read'], organization: 'acme', door: ['101'], guest: 'Ada', site: true },
    { scopes: ['audit:read', 'keys:read'], organization: 'other', door: ['102'], guest: 'Bob', site: false },
  ])('$scopes of $organization: doors $door, the guest as $guest', async (row) => {
    await guestOpens('Ada')
    await guestOpens('Bob', 102, await site.service(SCOPES, 'other'))
    await log('key=Ada')
    const headers = await site.service(row.scopes, row.organization)
    const { entries } = await log('order=newest', headers)
    const lockIds = new Set(entries.flatMap(({ lockId }) => (lockId === null ? [] : [String(lockId)])))
    expect([...lockIds]).toEqual(row.door)
    expect(entries.some(({ event }) => event === 'LogRead')).toBe(row.site)
    const opened = entries.find(({ result }) => result === 'opened')
    expect(opened?.who).toEqual({ kind: 'guest', name: row.guest })
    expect(opened?.key).toMatchObject({ description: row.guest })
    if (row.guest === null) expect(JSON.stringify(entries)).not.toContain('Ada')
    for (const format of ['csv', 'jsonl']) {
      const { body } = await site.ask('GET', `/events?format=${format}`, headers)
      expect(body.includes('Ada')).toBe(row.guest === 'Ada')
      expect(body.includes('Bob')).toBe(row.guest === 'Bob')
    }
  })

  test.each(['key=Ada', 'person=Ada'])('%s is 403 for whoever may not see people', async (query) => {
    const answer = await site.ask('GET', `/events?${query}`, await site.service(['audit:read']))
    expect(answer.statusCode).toBe(403)
    expect(errorAnswer.parse(answer.json()).reason).toBe('insufficient-scope')
  })

  test('without a scope, a credential or a lock of one’s own there is nothing', async () => {
    await guestOpens('Ada')
    expect((await site.ask('GET', '/events?order=newest', await site.service(['keys:read']))).statusCode).toBe(403)
    expect((await site.ask('GET', '/events?order=newest')).statusCode).toBe(401)
    expect(await eventsOf('order=newest', await site.service(SCOPES, 'nobody'))).toEqual([])
  })
})

describe('whoever reads guests’ names', () => {
  const readers = async () => (await log('kind=site', await site.service(['audit:read']))).entries

  test('is himself an event, once for a question, and not for reading that event', async () => {
    await guestOpens('Ada')
    for (let n = 0; n < 5; n += 1) await log('order=newest&door=101')
    for (let n = 0; n < 5; n += 1) await log('kind=site')
    expect(await readers()).toHaveLength(1)
    const [told] = (await log('kind=site')).entries
    expect(told).toMatchObject({
      who: { kind: 'api-key', name: 'test (acme)' },
      note: 'door 101',
      count: 4,
      door: null,
    })
  })

  test('is none while he sees no names', async () => {
    await guestOpens('Ada')
    await log('order=newest', await site.service(['audit:read']))
    await log('result=refused')
    expect(await readers()).toEqual([])
  })

  test('takes a file with him: its beginning, and its end with the number of rows', async () => {
    await guestOpens('Ada')
    await site.ask('GET', '/events?format=csv&result=opened', acme)
    const told = (await log('kind=site')).entries.map(({ note, count }) => [note, count])
    expect(told).toEqual([
      ['a file ended: result opened', 1],
      ['a file began: result opened', null],
    ])
  })
})

describe('a file', () => {
  test('of CSV opens in a spreadsheet: UTF-8, local time with offset and UTC, and no cell is a formula', async () => {
    const names = ['=HYPERLINK("http://x","Ada")', '+49 30 1', '-1', '@SUM(1)', '\tx', 'Grüße, "Ada"\r\nzwei']
    for (const name of names) await guestOpens(name)
    const answer = await site.ask('GET', '/events?result=opened', { ...acme, accept: 'text/csv' })
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="log-2026-11-24.csv"')
    expect(answer.body.startsWith('\uFEFFlocal_time,utc,lock,door,area,event,result,')).toBe(true)
    expect(answer.body.endsWith('\r\n')).toBe(true)
    const rows = z.array(z.record(z.string(), z.string())).parse(parse(answer.body, { bom: true, columns: true }))
    expect(rows.map(({ who }) => who)).toEqual(
      names.map((name) => (/^[=+\-@\t]/.test(name) ? `'${name}` : name)).reverse(),
    )
    expect(rows[0]).toMatchObject({
      ...{ local_time: '2026-11-24T13:00:00+01:00', utc: '2026-11-24T12:00:00.000Z', door: 'Door 101', way: 'link' },
      ...{ result: 'opened', lock: '101' },
    })
  })

  test.each([
    ['', { accept: 'application/x-ndjson' }],
    ['format=jsonl', {}],
  ])('of JSON Lines holds the same entries as the pages (%s)', async (query, headers) => {
    for (let n = 0; n < 3; n += 1) await guestOpens(`guest ${n}`)
    await log('order=newest')
    await log('order=newest')
    const answer = await site.ask('GET', `/events?${query}`, { ...acme, ...headers })
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const lines = answer.body
      .trimEnd()
      .split('\n')
      .map((line) => entry.parse(JSON.parse(line)))
    const { entries } = await log('order=newest&limit=500')
    expect(lines).toEqual(entries.slice(-lines.length))
    expect(lines).toHaveLength(1 + 3 * 4 + 1)
  })

  test('ends with its reader, and gives its place back', async () => {
    await guestOpens('Ada')
    await site.app.listen({ host: '127.0.0.1', port: 0 })
    const address = site.app.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const url = `http://127.0.0.1:${address.port}/events?format=jsonl`
    for (let n = 0; n < 6; n += 1) {
      const end = new AbortController()
      const answer = await fetch(url, { headers: acme, signal: end.signal })
      expect(answer.status).toBe(200)
      end.abort()
      await expect(answer.text()).rejects.toThrow()
    }
  })

  test('is taken 30 times a minute by one credential, which then still has its pages; others have their files', async () => {
    const auditor = await site.service(['audit:read'])
    const file = (headers: Record<string, string>, query = '') => site.ask('GET', `/events?format=csv${query}`, headers)
    expect((await file(auditor, '&door=nowhere')).statusCode).toBe(400)
    const statuses = []
    for (let n = 0; n < FILES_A_MINUTE_MAX; n += 1) statuses.push((await file(auditor)).statusCode)
    expect(new Set(statuses)).toEqual(new Set([200]))
    const refused = await file(auditor)
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([
      429,
      expect.stringMatching(/^(60|[1-5]?\d)$/),
    ])
    expect(errorAnswer.parse(refused.json()).message).toMatch(/^One credential takes 30 files of the log a minute/)
    expect((await log('order=newest', auditor)).entries).toHaveLength(1)
    expect((await file(acme)).statusCode).toBe(200)
  })

  test('is the owner’s as often as he likes', async () => {
    const own = await startApiSite('owner')
    const statuses = new Set<number>()
    for (let n = 0; n <= FILES_A_MINUTE_MAX; n += 1) {
      statuses.add((await own.ask('GET', '/events?format=csv')).statusCode)
    }
    await own.close()
    expect([...statuses]).toEqual([200])
  })
})
