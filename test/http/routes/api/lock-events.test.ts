import { beforeEach, describe, expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { eventsAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'

let site: ApiSite
let all: Record<string, string>
beforeEach(async () => {
  site = await startApiSite()
  all = await site.service(SCOPES)
  return () => site.close()
})

const post = (url: string, body: object, headers = all) => site.ask('POST', url, headers, body)
const events = async (query = '', headers = all) =>
  eventsAnswer.parse((await site.ask('GET', `/locks/101/events${query}`, headers)).json())

describe('the events of a lock', () => {
  test('come ten a page, the newest page by default, in order and without a gap', async () => {
    const bodies = Array.from({ length: 12 }, () => keyBody())
    for (const body of bodies) await post('/locks/101/create-temp-key', body)
    const newest = await events()
    expect(newest).toMatchObject({ aggregateId: '101', totalEvents: 13, page: 2, pageSize: 10, totalPages: 2 })
    expect(newest.events.map(({ version }) => version)).toEqual([11, 12, 13])
    const first = await events('?page=1')
    expect(first.events.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(first.events[1]).toEqual({
      ...{ aggregateType: 'lock', aggregateId: '101', version: 2, type: 'TempKeyCreated', orgId: 'acme' },
      timestamp: '2026-11-24T12:00:00.000Z',
      event: {
        ...{ tempKeyUuid: bodies[0]?.tempKeyUuid, lockId: 101, lockUuid: site.locks.list()[0]?.uuid },
        ...{ accessMode: 'public', allowedUserIds: [], maxUses: 3, createdBy: expect.any(String) },
        ...{ validFrom: '2026-11-24T00:00:00.000Z', validUntil: '2026-11-25T00:00:00.000Z' },
        timestamp: '2026-11-24T12:00:00.000Z',
      },
    })
    expect((await events('?page=3')).events).toEqual([])
    for (const query of ['?page=0', '?page=-1', '?page=1&page=2', '?page=x']) {
      expect((await site.ask('GET', `/locks/101/events${query}`, all)).statusCode).toBe(400)
    }
  })

  test('of a tap are the vendor’s request, ours, and the vendor’s use', async () => {
    const body = keyBody()
    await post('/locks/101/create-temp-key', body)
    await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`)
    const { events: told } = await events()
    expect(told.slice(2).map(({ type }) => type)).toEqual(['LockOpenRequested', 'LockOpened', 'TempKeyUsed'])
    expect(told.at(-1)?.event).toEqual({
      ...{ tempKeyUuid: body.tempKeyUuid, lockId: 101, lockUuid: site.locks.list()[0]?.uuid, usedCount: 1 },
      timestamp: '2026-11-24T12:00:00.000Z',
    })
  })

  test('name no key and no user to whoever may not read keys', async () => {
    const body = keyBody({ accessMode: 'user-whitelist', allowedUserIds: ['alice', 'somebody'] })
    await post('/locks/101/create-temp-key', body)
    await post('/locks/101/update-temp-key', { tempKeyUuid: body.tempKeyUuid, allowedUserIds: ['alice'] })
    await site.ask('POST', `/temp-keys/${body.tempKeyUuid}/open`, await site.user())
    for (const scope of ['audit:read', 'locks:read'] as const) {
      const answer = await site.ask('GET', '/locks/101/events', await site.service([scope]))
      expect(answer.statusCode).toBe(200)
      expect(answer.body).not.toContain(body.tempKeyUuid)
      expect(answer.body).not.toContain('somebody')
      expect(answer.body).toContain('keyRef')
    }
  })
})
