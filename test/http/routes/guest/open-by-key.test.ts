import { beforeEach, describe, expect, test } from 'vitest'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'
import { errorAnswer, openedAnswer, tempKeyAnswer } from '#test/http/support/answer-schemas.ts'
import { NOW_MS, newKeyUuid } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite()
  return () => site.app.close()
})

const tap = (uuid: string, headers: Record<string, string | string[]> = {}, payload?: string) =>
  site.app.inject({
    method: 'POST',
    url: `/temp-keys/${uuid}/open`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  })

describe('a tap that opens', () => {
  test('is 303 to the key, with a relative Location and the opening as JSON', async () => {
    const key = site.addKey()
    const answer = await tap(key.uuid)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(`/temp-keys/${key.uuid}`)
    expect(openedAnswer.parse(answer.json())).toMatchObject({ lockId: 101, usedCount: 1, maxUses: 3 })
  })

  test('can be followed by any client that parses JSON', async () => {
    const { headers } = await tap(site.addKey().uuid, { accept: '*/*' })
    const followed = await site.app.inject({ url: headers.location ?? '', headers: { accept: '*/*' } })
    expect(followed.statusCode).toBe(200)
    expect(tempKeyAnswer.parse(followed.json())).toMatchObject({ usedCount: 1, latestOpening: { state: 'opened' } })
  })

  test.each([
    ['an empty body that calls itself JSON', { 'content-type': 'application/json' }, ''],
    ['an empty body that calls itself JSON in UTF-8', { 'content-type': 'application/json; charset=utf-8' }, ''],
    ['a JSON object', { 'content-type': 'application/json' }, '{"anything":[1,{"deep":true}]}'],
    ['JSON null', { 'content-type': 'application/json' }, 'null'],
    ['an empty form', { 'content-type': 'application/x-www-form-urlencoded' }, ''],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1&a=2&__proto__=3'],
    ['no body', {}, undefined],
  ])('takes %s', async (_, headers, payload) => {
    expect((await tap(site.addKey().uuid, headers, payload)).statusCode).toBe(303)
  })

  test('takes the UUID in any case, and answers in lower case', async () => {
    const key = site.addKey()
    const answer = await tap(key.uuid.toUpperCase())
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(`/temp-keys/${key.uuid}`)
  })

  test('takes a slash at the end of the link', async () => {
    const key = site.addKey()
    expect((await site.app.inject({ url: `/temp-keys/${key.uuid}/` })).statusCode).toBe(200)
  })

  test('ignores a useless credential on a public key, even a repeated one', async () => {
    const useless = { authorization: ['Bearer rubbish', 'Basic eDp5'], 'x-api-key': 'revoked' }
    expect((await tap(site.addKey().uuid, useless)).statusCode).toBe(303)
  })
})

describe('a tap that does not open', () => {
  const hourMs = 3_600_000
  test.each<[string, Partial<TempKey>]>([
    ['key-revoked', { revokedAtMs: NOW_MS - 1 }],
    ['key-not-yet-valid', { validFromMs: NOW_MS + 1 }],
    ['key-expired', { validUntilMs: NOW_MS }],
    ['key-used-up', { usedCount: 3 }],
    ['key-revoked', { revokedAtMs: NOW_MS - 1, validFromMs: 0, validUntilMs: NOW_MS - hourMs, usedCount: 3 }],
  ])('is 400 %s, and sends nothing to the lock', async (reason, difference) => {
    const answer = await tap(site.addKey(difference).uuid)
    expect(answer.statusCode).toBe(400)
    expect(errorAnswer.parse(answer.json())).toMatchObject({ error: 'Bad Request', code: 400, reason })
    expect(site.link.sent).toHaveLength(0)
  })

  test.each([
    'not-a-uuid',
    '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0',
    '%7B7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b%7D',
    '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b%20',
    '7f3b1c529a4e4b0d8f215c6d7e8f9a0b',
    '%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  ])('is 400 malformed-uuid for %s, and names the field without repeating it', async (text) => {
    const answer = await tap(text)
    expect(answer.statusCode).toBe(400)
    const body = errorAnswer.parse(answer.json())
    expect(body.reason).toBe('malformed-uuid')
    expect(body.details?.map(({ field }) => field)).toEqual(['uuid'])
    expect(answer.body).not.toContain('script')
  })

  test('is 404 for a UUID that no key has', async () => {
    const answer = await tap(newKeyUuid())
    expect(answer.statusCode).toBe(404)
    expect(errorAnswer.parse(answer.json()).reason).toBe('key-not-found')
  })

  test('is 503 lock-offline with Retry-After when the lock is not there', async () => {
    site.link.online = false
    const answer = await tap(site.addKey().uuid)
    expect(answer.statusCode).toBe(503)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(errorAnswer.parse(answer.json()).reason).toBe('lock-offline')
  })

  test('is 502 with the reason that the lock signed', async () => {
    site.link.whim = { result: 'refused', reason: 'privacy' }
    const answer = await tap(site.addKey().uuid)
    expect(answer.statusCode).toBe(502)
    const body = errorAnswer.parse(answer.json())
    expect(body).toMatchObject({ reason: 'lock-refused', lockReason: 'privacy', lockId: 101 })
    expect(site.rows.openings.map(({ openingId }) => openingId)).toEqual([body.openingId])
  })

  test('is 502 lock-jammed when the bolt is stuck', async () => {
    site.link.whim = { result: 'jammed' }
    const answer = await tap(site.addKey().uuid)
    expect([answer.statusCode, errorAnswer.parse(answer.json()).reason]).toEqual([502, 'lock-jammed'])
  })

  test('is 504 with the openingId when the lock is silent, and that id can be asked', async () => {
    site.link.whim = 'silent'
    const answer = await tap(site.addKey().uuid)
    expect(answer.statusCode).toBe(504)
    const { reason, openingId } = errorAnswer.parse(answer.json())
    expect(reason).toBe('unconfirmed')
    const asked = await site.app.inject({ url: `/openings/${openingId}` })
    expect(asked.json()).toMatchObject({ state: 'unconfirmed', final: false })
  })

  test('is 409 with the openingId that holds the last use', async () => {
    site.link.whim = 'silent'
    const key = site.addKey({ maxUses: 1 })
    const first = errorAnswer.parse((await tap(key.uuid)).json())
    const second = await tap(key.uuid)
    expect(second.statusCode).toBe(409)
    expect(errorAnswer.parse(second.json())).toMatchObject({
      reason: 'opening-unconfirmed',
      openingId: first.openingId,
    })
  })

  test('is 503 store-failed when the store cannot write, and shows nothing of why', async () => {
    const key = site.addKey()
    site.faults.set({ failJobs: { name: 'reserve', times: 1, code: 'SQLITE_FULL' } })
    const full = await tap(key.uuid)
    expect(full.statusCode).toBe(503)
    expect(errorAnswer.parse(full.json()).reason).toBe('store-failed')
    expect(full.body).not.toMatch(/SQLITE|injected/)
    expect(site.rows.openings).toEqual([])
    expect((await tap(key.uuid)).statusCode).toBe(303)
  })

  test('is 503 store-failed when the store cannot read, on every route of the key', async () => {
    const key = site.addKey()
    site.rows.breakKeys()
    for (const answer of [await tap(key.uuid), await site.app.inject({ url: `/temp-keys/${key.uuid}` })]) {
      expect(answer.statusCode).toBe(503)
      expect(errorAnswer.parse(answer.json()).reason).toBe('store-failed')
      expect(answer.body).not.toMatch(/SQLITE|no such table/)
    }
  })

  test('is 503 shutting-down while the gateway stops', async () => {
    const key = site.addKey()
    site.shutDown()
    const answer = await tap(key.uuid)
    expect([answer.statusCode, errorAnswer.parse(answer.json()).reason]).toEqual([503, 'shutting-down'])
    expect(site.link.sent).toHaveLength(0)
  })

  test('is 500 without the text of what went wrong, and the log has it without the key', async () => {
    const key = site.addKey()
    site.link.presence = () => {
      throw new TypeError(`secret detail of ${key.uuid}`)
    }
    const answer = await tap(key.uuid)
    expect(answer.statusCode).toBe(500)
    const body = errorAnswer.parse(answer.json())
    expect(body.reason).toBe('internal')
    expect(answer.body).not.toContain('secret detail')
    expect(site.logged()).toContain('secret detail')
    expect(site.logged()).toContain(body.requestId)
    expect(site.logged()).not.toContain(key.uuid)
  })
})

describe('an Idempotency-Key', () => {
  const repeat = (uuid: TempKeyUuid, body?: string) =>
    tap(
      uuid,
      { 'idempotency-key': 'tap 1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body,
    )

  test('gets the same answer again, says so, and moves the bolt once', async () => {
    const key = site.addKey()
    const [first, second] = [await repeat(key.uuid), await repeat(key.uuid)]
    expect(first.headers['idempotency-replayed']).toBeUndefined()
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(second.json()).toEqual(first.json())
    expect(site.link.sent).toHaveLength(1)
  })

  test('answers 50 at once with one opening', async () => {
    const key = site.addKey()
    const answers = await Promise.all(Array.from({ length: 50 }, () => repeat(key.uuid)))
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1)
    expect(site.link.sent).toHaveLength(1)
  })

  test('is 422 with another body', async () => {
    const key = site.addKey()
    await repeat(key.uuid, '{"a":1}')
    const other = await repeat(key.uuid, '{"a":2}')
    expect([other.statusCode, errorAnswer.parse(other.json()).reason]).toEqual([422, 'idempotency-mismatch'])
  })

  test.each([
    ['of 65 characters', 'x'.repeat(65)],
    ['that is empty', ''],
    ['that is not ASCII', 'schlüssel'],
    ['given twice', ['one', 'two']],
  ])('%s is 400, and names the header', async (_, value) => {
    const answer = await tap(site.addKey().uuid, { 'idempotency-key': value })
    expect(answer.statusCode).toBe(400)
    expect(errorAnswer.parse(answer.json()).details).toMatchObject([{ field: 'idempotency-key' }])
    expect(site.link.sent).toHaveLength(0)
  })

  test('of 64 characters is taken', async () => {
    expect((await tap(site.addKey().uuid, { 'idempotency-key': 'x'.repeat(64) })).statusCode).toBe(303)
  })
})

describe('a claimed identity', () => {
  const claims = ['X-Org-Id', 'X-User-Id', 'X-User-Email', 'X-Is-Admin', 'X-Super-Access']

  test('is 400 for a program, and names every such header at once', async () => {
    const answer = await tap(site.addKey().uuid, Object.fromEntries(claims.map((name) => [name, 'root'])))
    expect(answer.statusCode).toBe(400)
    const { reason, details } = errorAnswer.parse(answer.json())
    expect(reason).toBe('invalid-request')
    expect(details?.map(({ field }) => field)).toEqual(claims.map((name) => name.toLowerCase()))
  })

  test('keeps no guest outside whose proxy added it', async () => {
    const answer = await tap(site.addKey().uuid, { accept: 'text/html', 'x-user-id': 'root' })
    expect(answer.statusCode).toBe(303)
  })
})

test.each(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'] as const)('%s never opens a door', async (method) => {
  const key = site.addKey()
  const onOpen = await site.app.inject({ method, url: `/temp-keys/${key.uuid}/open` })
  expect(onOpen.statusCode).toBe(405)
  expect(onOpen.headers.allow).toBe('POST')
  await site.app.inject({ method, url: `/temp-keys/${key.uuid}` })
  expect(site.link.sent).toHaveLength(0)
  expect(site.rows.openings.length).toBe(0)
})

test('no answer or log line of a tap holds what the key is, but for the Location', async () => {
  const key = site.addKey()
  await tap(key.uuid, { authorization: 'Bearer eyJhbGciOiJFUzI1NiJ9.e30.c2ln', 'user-agent': 'a\tb' })
  await site.app.inject({ url: `/temp-keys/${key.uuid}?fbclid=tracking` })
  await site.app.inject({ url: `/temp-keys/${key.uuid}/unknown` })
  await site.app.inject({ url: `/temp-keys/${key.uuid}/%zz` })
  expect(site.logged()).not.toContain(key.uuid)
  // Its whole head: three letters alone stand in some request id now and then.
  expect(site.logged()).not.toContain('eyJhbGciOiJFUzI1NiJ9')
  expect(site.logged()).not.toContain('tracking')
  expect(site.logged()).toContain('"route":"/temp-keys/:uuid/open"')
})
