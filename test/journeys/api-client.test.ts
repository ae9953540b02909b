import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { EventReader } from '#test/http/support/event-reader.ts'
import type { TestSite } from '#test/support/site.ts'
import { expectTruth, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const config = { site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin', organization: 'acme' } }
const json = (apiKey: string) => ({ 'x-api-key': apiKey, 'content-type': 'application/json' })

/** A client of the API, with an API key and nothing else. */
const clientOf = (site: TestSite, apiKey: string) => ({
  get: (path: string) => site.request(path, { headers: json(apiKey) }),
  post: (path: string, body: object) =>
    site.request(path, { method: 'POST', headers: json(apiKey), body: JSON.stringify(body) }),
  delete: (path: string) => site.request(path, { method: 'DELETE', headers: { 'x-api-key': apiKey } }),
})
const aKey = (difference: object = {}) => ({
  tempKeyUuid: randomUUID(),
  accessMode: 'public',
  validFrom: new Date(Date.now() - 60_000).toISOString(),
  validUntil: new Date(Date.now() + 3_600_000).toISOString(),
  ...difference,
})

test('a program creates a key, a guest opens the door with it, the program shortens and revokes it', async () => {
  await withSite({ config }, async (site) => {
    const apiKey = await site.createApiKey('acme', 'keys:read', 'keys:write', 'locks:read', 'locks:open')
    const client = clientOf(site, apiKey)
    const lock = await site.playLock(1)
    const body = aKey({ maxUses: 2 })
    expect(await client.post('/locks/1/create-temp-key', body)).toMatchObject({
      status: 200,
      body: { success: true, aggregateId: '1', tempKeyUuid: body.tempKeyUuid },
    })

    expect((await site.open(body.tempKeyUuid)).status).toBe(303)
    const listed = await client.get('/locks/1/temp-keys?status=valid')
    expect(listed.body).toMatchObject({ tempKeys: [{ uuid: body.tempKeyUuid, usedCount: 1, heldCount: 0 }] })
    const locks = await client.get('/locks')
    expect(locks.body).toMatchObject({ locks: [{ lockId: 1, online: true, lastOpening: { state: 'opened' } }] })

    const direct = await client.post('/locks/1/OpenLock', { reason: 'fire drill', requestId: 'drill-1' })
    expect(direct).toMatchObject({ status: 200, body: { event: { type: 'LockOpenRequested' } } })
    const again = await client.post('/locks/1/OpenLock', { reason: 'fire drill', requestId: 'drill-1' })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toEqual(direct.body)
    expect(lock.movements).toHaveLength(2)

    const changes = { tempKeyUuid: body.tempKeyUuid, maxUses: 1 }
    expect(await client.post('/locks/1/update-temp-key', changes)).toMatchObject({ status: 200 })
    expect((await site.key(body.tempKeyUuid)).status).toBe('used-up')
    expect(await client.delete(`/temp-keys/${body.tempKeyUuid}`)).toMatchObject({ status: 200 })
    expect(await site.open(body.tempKeyUuid)).toMatchObject({ status: 400, body: { reason: 'key-revoked' } })

    const { events } = z
      .looseObject({ events: z.array(z.looseObject({ type: z.string() })) })
      .parse((await client.get('/locks/1/events?page=1')).body)
    expect(events.map(({ type }) => type)).toEqual([
      ...['LockCreated', 'TempKeyCreated', 'LockOpenRequested', 'LockOpened', 'TempKeyUsed'],
      ...['LockOpenRequested', 'LockOpened', 'TempKeyUpdated', 'TempKeyDeleted', 'AccessDenied'],
    ])
    await expectTruth(site, { secrets: [apiKey, apiKey.slice(20)] })
  })
})

test('an API key survives a restart with its last use, and is good for nothing once it is revoked', async () => {
  await withSite({ config }, async (site) => {
    const apiKey = await site.createApiKey('acme', 'locks:read')
    await site.addLock(1)
    expect((await clientOf(site, apiKey).get('/locks/1/details')).status).toBe(200)
    await site.stopGateway()
    await site.startGateway()
    const listed = await site.owner((api) => api('GET', '/api-keys'))
    expect(listed.body).toMatchObject({ apiKeys: [{ lastUsedAt: expect.stringMatching(/Z$/), revokedAt: null }] })
    expect((await clientOf(site, apiKey).get('/locks/1/details')).status).toBe(200)
    await site.owner((api) => api('DELETE', `/api-keys/${apiKey.slice(3, 19)}`))
    expect(await clientOf(site, apiKey).get('/locks/1/details')).toMatchObject({
      status: 401,
      body: { reason: 'api-key-invalid' },
    })
    await site.stopGateway()
    await site.startGateway()
    expect((await clientOf(site, apiKey).get('/locks/1/details')).status).toBe(401)
    expect(await clientOf(site, apiKey).get('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })
})

test('a stream of events misses nothing and repeats nothing over restarts of the gateway, while doors open', async () => {
  await withSite({ config }, async (site) => {
    const apiKey = await site.createApiKey('acme', 'audit:read', 'keys:write', 'locks:open')
    for (const lockId of [1, 2]) await site.playLock(lockId)
    const told: { aggregateId: string; version: number }[] = []
    let lastEventId = ''
    let done = false
    const following = (async () => {
      while (!done) {
        try {
          const headers = { 'x-api-key': apiKey, ...(lastEventId !== '' && { 'last-event-id': lastEventId }) }
          const reader = await EventReader.open(`${site.url}/events`, headers)
          for (;;) {
            const event = await reader.next()
            told.push({ aggregateId: event.aggregateId, version: event.version })
            // As a browser does: what was told is known by the id that came with it.
            lastEventId = reader.idOf(event)
          }
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    })()

    const client = clientOf(site, apiKey)
    const tap = (lockId: number) =>
      client.post(`/locks/${lockId}/OpenLock`, { requestId: randomUUID() }).catch(() => null)
    for (let round = 0; round < 3; round += 1) {
      const taps = Promise.all([1, 2, 1, 2].map(tap))
      if (round > 0) {
        await site.stopGateway()
        await site.startGateway()
      }
      await taps
      for (const lockId of [1, 2]) await site.untilOnline(lockId)
      await client.post('/locks/1/create-temp-key', aKey())
    }
    const { events } = await expectTruth(site)
    await until('everything is told', () => told.length >= events.length)
    done = true
    await site.stopGateway()
    await following
    expect(told).toEqual(events.map(({ lockId, version }) => ({ aggregateId: String(lockId), version })))
    await site.startGateway()
  })
})
