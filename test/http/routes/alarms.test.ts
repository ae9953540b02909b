import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES, type Scope } from '#domain/access/caller.ts'
import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { lockId } from '#test/store/support/store-site.ts'

const listing = z.object({ alarms: z.array(z.looseObject({ alarmId: z.number().nullable() })), nextCursor: z.any() })
const raise = (site: ApiSite, kind: AlarmKind, lock: number | null, times = 1) =>
  site.alarms.raiseAlarm({
    sighting: { kind, lockId: lock === null ? null : lockId(lock), about: null, times },
    atMs: site.clock.nowMs(),
  })
const list = async (site: ApiSite, query = '', headers: Record<string, string> = {}) => {
  const answer = await site.ask('GET', `/alarms${query}`, headers)
  expect(answer.statusCode).toBe(200)
  return listing.parse(answer.json())
}
const mutesOf = (answer: { json(): unknown }) =>
  z
    .object({
      mutes: z.array(z.object({ scope: z.string(), lockId: z.number().nullable(), mutedBy: z.string().nullable() })),
    })
    .parse(answer.json()).mutes
const kindsOf = ({ alarms }: z.infer<typeof listing>) => alarms.map(({ kind, lockId: lock }) => `${kind} ${lock}`)

describe('a program', () => {
  let site: ApiSite
  beforeEach(async () => {
    site = await startApiSite()
    for (const lock of [101, 102, null]) await raise(site, lock === null ? 'disk-low' : 'lock-offline', lock)
    return () => site.close()
  })

  test('of the site’s organization sees the alarms of its locks and of the site, no others', async () => {
    expect(kindsOf(await list(site, '', await site.service(['locks:read'])))).toEqual([
      'disk-low null',
      'lock-offline 101',
    ])
  })

  test('of another organization sees those of its own locks alone', async () => {
    expect(kindsOf(await list(site, '', await site.service(['audit:read'], 'other')))).toEqual(['lock-offline 102'])
  })

  test('pages through all of them, whatever lies between', async () => {
    for (let n = 0; n < 20; n += 1) {
      await raise(site, 'lock-jammed', 101)
      await raise(site, 'lock-jammed', 102)
      for (const lock of [101, 102]) {
        await site.alarms.clearAlarm({ kind: 'lock-jammed', lockId: lockId(lock), atMs: site.clock.nowMs() })
      }
    }
    const headers = await site.service(['locks:read'], 'other')
    const seen: unknown[] = []
    for (let cursor: unknown = ''; cursor !== null; ) {
      const page = await list(site, `?past=true&limit=6${cursor === '' ? '' : `&cursor=${cursor}`}`, headers)
      seen.push(...page.alarms.map(({ alarmId }) => alarmId))
      cursor = page.nextCursor
    }
    expect(seen).toHaveLength(21)
    expect(new Set(seen).size).toBe(21)
  })

  test.each<{ scopes: Scope[]; name: string | null }>([
    { scopes: ['locks:read'], name: null },
    { scopes: ['locks:read', 'keys:read'], name: 'Ada' },
  ])('with $scopes reads who acknowledged an alarm: $name', async ({ scopes, name }) => {
    const { alarms, clock } = site
    await alarms.acknowledgeAlarm({ id: 1, name: 'Ada', word: 'w', by: { kind: 'owner' }, atMs: clock.nowMs() })
    const seen = await list(site, '', await site.service(scopes))
    expect(seen.alarms[1]?.acknowledged).toMatchObject({ name, word: name === null ? null : 'w' })
  })

  test('without the scope alarms:write changes nothing, and without a reading one sees nothing', async () => {
    const headers = await site.service(SCOPES.filter((scope) => scope !== 'alarms:write'))
    const refused = [
      site.ask('POST', '/alarms/2/acknowledge', headers, { name: 'x', word: 'y' }),
      site.ask('POST', '/alarms/mutes', headers, { site: true, forS: 60 }),
      site.ask('POST', '/alarms/unmute', headers, { all: true }),
      site.ask('GET', '/alarms', await site.service(['keys:read', 'alarms:write'])),
      site.ask('GET', '/alarms/mutes', await site.service(['keys:read', 'alarms:write'])),
    ]
    for (const answer of await Promise.all(refused)) expect(answer.statusCode).toBe(403)
    expect((await site.ask('GET', '/alarms')).statusCode).toBe(401)
    expect((await list(site, '', headers)).alarms[1]?.acknowledged).toBeNull()
  })

  test('sees to the alarms of its own locks and of its own site, and to no other', async () => {
    const acknowledge = async (id: number, organization: string) => {
      const headers = await site.service(['alarms:write'], organization)
      return (await site.ask('POST', `/alarms/${id}/acknowledge`, headers, { name: 'Ada', word: 'w' })).statusCode
    }
    // In the order in which they were raised: of lock 101, of 102, of the site.
    const of = (organization: string) => Promise.all([1, 2, 3].map((id) => acknowledge(id, organization)))
    expect(await of('acme')).toEqual([200, 400, 200])
    expect(await of('other')).toEqual([400, 200, 400])
    expect(await of('nobody')).toEqual([400, 400, 400])
  })

  test('mutes its own locks; an area and the site are the site’s own organization’s', async () => {
    const mute = async (body: object, organization: string, url = '/alarms/mutes') =>
      (await site.ask('POST', url, await site.service(['alarms:write'], organization), body)).statusCode
    const forS = 60
    expect(await mute({ lockId: 101, forS }, 'other')).toBe(403)
    expect(await mute({ area: 'Nowhere', forS }, 'other')).toBe(403)
    expect(await mute({ site: true, forS }, 'other')).toBe(403)
    expect(await mute({ lockId: 102, forS }, 'other')).toBe(201)
    expect(await mute({ lockId: 101, forS }, 'acme')).toBe(201)
    const seen = async (organization: string) =>
      mutesOf(await site.ask('GET', '/alarms/mutes', await site.service(['locks:read'], organization)))
    expect(await seen('other')).toEqual([{ scope: 'lock', lockId: 102, mutedBy: null }])
    expect(await seen('nobody')).toEqual([])
    for (const body of [{ lockId: 101 }, { all: true }, { site: true }])
      expect(await mute(body, 'other', '/alarms/unmute')).toBe(403)
    expect(await mute({ site: true, forS }, 'acme')).toBe(201)
    expect((await seen('other')).map(({ scope }) => scope).sort()).toEqual(['lock', 'site'])
    expect(await seen('acme')).toHaveLength(3)
    expect(await mute({ all: true }, 'acme', '/alarms/unmute')).toBe(200)
    expect(await seen('acme')).toEqual([])
  })
})

describe('the owner', () => {
  let site: ApiSite
  beforeEach(async () => {
    site = await startApiSite('owner')
    return () => site.close()
  })
  const post = (url: string, body: object) => site.ask('POST', url, {}, body)

  test('sees every alarm, with what it means, what to do and when it ends', async () => {
    await raise(site, 'lock-offline', 102)
    expect((await list(site)).alarms).toMatchObject([
      {
        ...{ kind: 'lock-offline', nature: 'condition', severity: 'warning', lockId: 102, lockName: 'Door 102' },
        ...{ acknowledged: null, mutedUntil: null, clearedAt: null, since: '2026-11-24T12:00:00.000Z' },
        ...{ consequence: expect.stringMatching(/^No key opens/), end: expect.stringMatching(/2 minutes/) },
      },
    ])
  })

  test('acknowledges an occurrence, which ends, and a condition, which goes on', async () => {
    await raise(site, 'lock-jammed', 101)
    await raise(site, 'lock-offline', 101)
    const body = { name: 'Ada', word: 'the strike plate is off' }
    for (const id of [1, 2]) expect((await post(`/alarms/${id}/acknowledge`, body)).statusCode).toBe(200)
    const acknowledged = { at: '2026-11-24T12:00:00.000Z', ...body }
    expect((await list(site)).alarms).toMatchObject([{ kind: 'lock-offline', acknowledged }])
    expect((await list(site, '?past=true')).alarms).toHaveLength(2)
    expect((await post('/alarms/1/acknowledge', body)).json()).toMatchObject({
      details: [{ field: 'id', message: 'is of an alarm that has ended already' }],
    })
    expect((await post('/alarms/9/acknowledge', body)).statusCode).toBe(400)
    expect((await post('/alarms/2/acknowledge', { name: 'Ada' })).statusCode).toBe(400)
  })

  test('mutes a door: its alarms say until when, those of others and a contradiction do not; it ends itself', async () => {
    for (const lock of [101, 102]) await raise(site, 'lock-offline', lock)
    await raise(site, 'lock-contradicts-itself', 101)
    expect((await post('/alarms/mutes', { lockId: 101, forS: 7_200 })).json()).toMatchObject({
      mute: { scope: 'lock', lockId: 101, until: '2026-11-24T14:00:00.000Z', mutedBy: 'owner' },
    })
    const muted = async () =>
      (await list(site)).alarms.map(({ kind, lockId: lock, mutedUntil }) => [kind, lock, mutedUntil])
    expect(await muted()).toEqual([
      ['lock-contradicts-itself', 101, null],
      ['lock-offline', 102, null],
      ['lock-offline', 101, '2026-11-24T14:00:00.000Z'],
    ])
    const body = { name: 'Ada', word: 'at work there' }
    expect((await post('/alarms/1/acknowledge', body)).json()).toMatchObject({
      alarm: { lockId: 101, acknowledged: body, mutedUntil: '2026-11-24T14:00:00.000Z' },
    })
    site.clock.nowMs = () => Date.parse('2026-11-24T14:00:00.000Z')
    expect((await muted()).map(([, , until]) => until)).toEqual([null, null, null])
    expect((await site.ask('GET', '/alarms/mutes')).json()).toEqual({ mutes: [] })
  })

  test.each<[object, string]>([
    [{ forS: 60 }, 'lockId'],
    [{ site: true, lockId: 101, forS: 60 }, 'lockId'],
    [{ site: true, forS: 12 * 3_600 + 1 }, 'forS'],
    [{ site: true, forS: 59 }, 'forS'],
    [{ area: 'Nowhere', forS: 60 }, 'area'],
  ])('is told what is wrong with a mute of %j', async (body, field) => {
    const answer = await post('/alarms/mutes', body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ details: [{ field }] })
  })

  test('ends one mute or all', async () => {
    await post('/alarms/mutes', { lockId: 101, forS: 60 })
    await post('/alarms/mutes', { site: true, forS: 60 })
    expect((await post('/alarms/unmute', { lockId: 101 })).json()).toMatchObject({ ended: [{ lockId: 101 }] })
    expect((await post('/alarms/unmute', { all: true })).json()).toMatchObject({ ended: [{ scope: 'site' }] })
    expect((await post('/alarms/unmute', {})).statusCode).toBe(400)
    expect((await post('/alarms/mutes', { lockId: 777, forS: 60 })).statusCode).toBe(404)
  })
})
