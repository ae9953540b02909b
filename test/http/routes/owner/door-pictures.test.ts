import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { PICTURE_FILE_MAX_BYTES } from '#domain/pictures/picture.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { LOCK_ID, NOW_MS, present } from '#test/http/support/route-samples.ts'
import { phonePhoto, smallPng, webpChunks } from '#test/support/picture-files.ts'

// A process for each picture, behind everything else that a busy machine does.
vi.setConfig({ testTimeout: 120_000 })

let site: ApiSite
beforeAll(async () => {
  site = await startApiSite('owner')
})
afterAll(() => site.close())

const put = (payload: Buffer, type = 'application/octet-stream', lockId = 101) =>
  site.app.inject({ method: 'PUT', url: `/locks/${lockId}/picture`, headers: { 'content-type': type }, payload })
const kept = () => site.store.findDoorPicture(LOCK_ID)

test('a photo is kept as a small picture of our own, with an event, and taken away again', async () => {
  const photo = await phonePhoto(1_200, 900)
  const answer = await put(photo)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({ lock: { lockId: 101, version: 2 } })
  const { webp } = present(await kept())
  expect(webpChunks(webp)[0]).toMatch(/^VP8/)
  expect(webp.length).toBeLessThanOrEqual(18_000)
  const [event] = await site.store.eventsOf(LOCK_ID, { afterVersion: 1, limit: 1 })
  expect(event).toMatchObject({ type: 'LockUpdated', chained: { changes: { picture: expect.any(String) } } })
  // Whoever reads the log without reading keys learns that there is another picture, and nothing of it.
  expect(JSON.stringify(event).length).toBeLessThan(400)

  expect((await site.ask('DELETE', '/locks/101/picture')).statusCode).toBe(200)
  expect(await kept()).toBeNull()
})

test.each<[string, Buffer, string]>([
  ['SVG with a script', Buffer.from('<svg><script>alert(1)</script></svg>'), 'is SVG, which may hold script'],
  ['a file that breaks off', Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'), 'is damaged or broken off'],
  ['no bytes', Buffer.alloc(0), 'is empty'],
])('%s is 400 in plain words, and the picture before it stays', async (_, bytes, why) => {
  await put(await smallPng())
  const before = await kept()
  const answer = await put(bytes)
  expect(answer.statusCode).toBe(400)
  const { reason, details = [] } = errorAnswer.parse(answer.json())
  expect(reason).toBe('invalid-request')
  expect(details).toEqual([{ field: 'picture', message: expect.stringContaining(why) }])
  expect(await kept()).toEqual(before)
})

test('more than a photo has is 413, JSON is 415, and an unknown lock 404, without any work', async () => {
  expect((await put(Buffer.alloc(PICTURE_FILE_MAX_BYTES + 1))).statusCode).toBe(413)
  expect((await put(Buffer.from('{"picture":"AA=="}'), 'application/json')).statusCode).toBe(415)
  expect((await put(await smallPng(), 'image/png')).statusCode).toBe(415)
  expect((await put(Buffer.from('nothing'), 'application/octet-stream', 999)).statusCode).toBe(404)
})

test('only the owner’s socket takes pictures', async () => {
  const network = await startApiSite('network')
  const headers = { ...(await network.service(['locks:admin'])), 'content-type': 'application/octet-stream' }
  const answer = await network.app.inject({ method: 'PUT', url: '/locks/101/picture', headers, payload: 'x' })
  expect(answer.statusCode).toBe(501)
  await network.close()
})

const lockIn = z.object({ lock: z.looseObject({ directions: z.string().nullable() }) })
const direct = (directions: unknown) => site.ask('PATCH', '/locks/101', {}, { directions })

test('directions keep their lines, whoever typed them, and lose what nobody meant', async () => {
  const answer = await direct('  Second yard,\r\nthen\tleft \r\n\r\n\r\n\r\nBell: Müller 🙂\n')
  expect(lockIn.parse(answer.json()).lock.directions).toBe('Second yard,\nthen left\n\nBell: Müller 🙂')
  expect(lockIn.parse((await direct(null)).json()).lock.directions).toBeNull()
})

test.each<[string, unknown]>([
  ['longer than 500 characters', 'x'.repeat(501)],
  ['of more than 12 lines', 'x\n'.repeat(13)],
  ['empty', ' \n '],
  ['with a direction of writing of their own', 'left \u202e right'],
  ['with control characters', 'left\u0007'],
  ['that are no text', 5],
])('directions %s are 400', async (_, directions) => {
  const answer = await direct(directions)
  expect(answer.statusCode).toBe(400)
  expect(errorAnswer.parse(answer.json()).details?.map(({ field }) => field)).toEqual(['directions'])
})

test('directions are shown to whoever reads keys, and in events to nobody else', async () => {
  const network = await startApiSite()
  const changes = { directions: 'Under the third stone' }
  await network.store.updateLock({ lockId: LOCK_ID, changes, by: { kind: 'owner' }, atMs: NOW_MS })
  const events = async (scopes: Parameters<ApiSite['service']>[0]) =>
    (await network.ask('GET', '/events', await network.service(scopes))).body
  expect(await events(['audit:read', 'keys:read'])).toContain('third stone')
  const seen = await events(['audit:read'])
  expect(seen).toContain('"directions":"changed"')
  expect(seen).not.toContain('third stone')
  await network.close()
})
