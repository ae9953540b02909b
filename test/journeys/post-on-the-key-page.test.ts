import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { TestSite } from '#test/support/site.ts'

let site: TestSite
beforeAll(async () => {
  site = await TestSite.start()
  await site.playLock(1)
})
afterAll(() => site[Symbol.asyncDispose]())

const POSTS = [
  { how: 'without a body', init: {} },
  { how: 'with a JSON content type and no body', init: { headers: { 'content-type': 'application/json' } } },
  {
    how: 'with a JSON body',
    init: { headers: { 'content-type': 'application/json' }, body: '{"open":true,"command":"open"}' },
  },
  {
    how: 'with a form',
    init: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'open=1' },
  },
]

test.each(POSTS)('POST on the key’s page answers as GET does and opens nothing: $how', async ({ init }) => {
  const uuid = await site.createKey(1, { maxUses: 2 })
  const before = site.locks.get(1)?.actuations
  const got = await site.request(`/temp-keys/${uuid}`)
  const posted = await site.request(`/temp-keys/${uuid}`, { method: 'POST', ...init })
  expect(posted.status).toBe(200)
  expect(posted.body).toEqual(got.body)
  expect(posted.body).toMatchObject({ usedCount: 0, heldCount: 0, latestOpening: null })
  expect(site.locks.get(1)?.actuations).toBe(before)
})

/** What does not change from one request to the next: not the request's own code, nor the time that is left. */
const lasting = (page: string): string =>
  page.replaceAll(/[\w-]{22,}|<b dir="ltr">\w{3}<i><\/i>\w{3}<\/b>|data-changes-ms="\d+"/g, '')

test('a browser that posts to the key’s page gets the page', async () => {
  const uuid = await site.createKey(1)
  const headers = { accept: 'text/html,*/*;q=0.8' }
  const got = await site.request(`/temp-keys/${uuid}`, { headers })
  const posted = await site.request(`/temp-keys/${uuid}`, { method: 'POST', headers })
  expect(posted.headers.get('content-type')).toBe(got.headers.get('content-type'))
  expect(lasting(posted.text)).toBe(lasting(got.text))
})

test('POST is refused on the key’s page for the same reasons as GET', async () => {
  const unknown = '/temp-keys/7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'
  const whitelist = await site.createKey(1, { accessMode: 'user-whitelist', allowedUserIds: ['u'] })
  for (const path of ['/temp-keys/x', unknown, `/temp-keys/${whitelist}`]) {
    const got = await site.request(path)
    const posted = await site.request(path, { method: 'POST' })
    expect([posted.status, posted.body.reason]).toEqual([got.status, got.body.reason])
  }
})

test('a client that keeps POST when it follows the 303 of an opening succeeds, with one actuation', async () => {
  const uuid = await site.createKey(1)
  const before = site.locks.get(1)?.actuations ?? Number.NaN
  const opened = await site.open(uuid)
  const followed = await site.request(z.string().parse(opened.headers.get('location')), { method: 'POST' })
  expect([opened.status, followed.status]).toEqual([303, 200])
  expect(followed.body).toMatchObject({ usedCount: 1, latestOpening: { state: 'opened' } })
  expect(site.locks.get(1)?.actuations).toBe(before + 1)
})
