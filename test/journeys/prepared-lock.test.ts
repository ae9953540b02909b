import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { startSimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { TestSite } from '#test/support/site.ts'

const given = z.looseObject({
  lock: z.looseObject({ organization: z.string().nullable(), owner: z.string().nullable() }),
  flashing: z.looseObject({}),
  keysStillGood: z.number(),
  keysRevoked: z.number(),
})

/** A site whose lock 61 another organization's program prepared, with keys, before anybody had it at hand. */
async function preparedSite(organization: string | null, keys: number) {
  const site = await TestSite.start({
    config: { site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin', organization } },
  })
  const mallory = {
    'content-type': 'application/json',
    'x-api-key': await site.createApiKey('mallory', 'locks:admin', 'keys:write', 'keys:read'),
  }
  const say = (url: string, body: object) =>
    site.request(url, { method: 'POST', headers: mallory, body: JSON.stringify(body) })
  const created = await say('/locks/61/CreateLock', { index: 1, uuid: randomUUID(), ownerId: 'eve' })
  expect(created.status).toBe(201)
  const links: string[] = []
  for (let count = 0; count < keys; count += 1) links.push(await site.createKey(61))
  return { site, mallory, say, links }
}

const keyBody = (tempKeyUuid: string) => ({
  ...{ tempKeyUuid, accessMode: 'public', validFrom: '2026-01-01T00:00:00Z', validUntil: '2126-01-01T00:00:00Z' },
})
const add = (site: TestSite, more: object = {}) =>
  site.owner((api) => api('POST', '/locks', { lockId: 61, name: 'Real door', makeKey: true, ...more }))

describe.each([{ organization: null }, { organization: 'house' }])(
  'on a site of organization $organization, a lock that another program prepared',
  ({ organization }) => {
    test('is not added before it is taken over: who prepared it and what hangs on it is said', async () => {
      const { site } = await preparedSite(organization, 3)
      await using _ = site
      const refused = await add(site)
      expect(refused.status).toBe(400)
      expect(refused.body).toMatchObject({
        message: expect.stringMatching(
          /^Lock 61 was prepared by organization:mallory\/api-key:[0-9a-f]{16} at 20\d\d-\S+Z; it belongs to organization mallory and user eve, and has 3 keys that nobody has revoked\.$/,
        ),
        details: [{ field: 'takeOver', message: expect.stringContaining(organization ?? 'no organization') }],
      })
    })

    test('taken over, belongs to the site, opens by no link that was made before, and obeys no former holder', async () => {
      const { site, say, mallory, links } = await preparedSite(organization, 3)
      await using _ = site
      const [link = ''] = links
      // In memory before it is revoked.
      expect((await site.key(link)).status).toBe('valid')
      const { lock, flashing, ...keys } = expectAnswer(await add(site, { takeOver: true }), given)
      expect(lock).toMatchObject({ organization, owner: null })
      expect(keys).toMatchObject({ keysStillGood: 0, keysRevoked: 3 })

      const { privateKey, ...sheet } = await readFlashingSheet(JSON.stringify(flashing), 'sheet')
      if (privateKey === null) throw new Error('no key to play with')
      const board = await startSimulatedLock({ ...sheet, privateKey })
      site.locks.set(61, board)
      await site.untilOnline(61)
      for (const each of links) {
        expect((await site.open(each)).body).toMatchObject({ reason: 'key-revoked' })
        expect((await site.key(each)).status).toBe('revoked')
      }
      expect(board.actuations).toBe(0)
      const late = [
        await say('/locks/61/SetOwner', { userId: 'eve' }),
        await say('/locks/61/create-temp-key', keyBody(randomUUID())),
        await site.request('/locks/61/temp-keys', { headers: mallory }),
      ]
      expect(late.map(({ status }) => status)).toEqual([403, 403, 403])

      const own = await site.createKey(61)
      expect((await site.open(own)).status).toBe(303)
      expect(board.actuations).toBe(1)
    })
  },
)

test('programs prepare no more locks than the config lets them, and the log says once who tried', async () => {
  const locks = { preparedPerOrganization: 2, preparedInAll: 2 }
  await using site = await TestSite.start({
    config: { site: { id: 'test', name: 'Test House', timeZone: 'Europe/Berlin' }, locks },
  })
  const program = async (organization: string) => ({
    'content-type': 'application/json',
    'x-api-key': await site.createApiKey(organization, 'locks:admin'),
  })
  const prepare = (number: number, headers: Record<string, string>) =>
    site.request(`/locks/${number}/CreateLock`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ index: 1, uuid: randomUUID() }) },
    })
  const [mallory, house] = [await program('mallory'), await program('house')]
  for (const number of [61, 62]) expect((await prepare(number, mallory)).status).toBe(201)
  for (const number of [63, 64]) {
    expect(await prepare(number, mallory)).toMatchObject({ status: 403, body: { reason: 'too-many-prepared-locks' } })
  }
  expect((await prepare(65, house)).body).toMatchObject({ message: expect.stringMatching(/^Programs have created 2 /) })
  expect(site.log.text.match(/"alarm":"prepared-locks-full"/g)).toHaveLength(1)

  const added = await site.owner((api) =>
    api('POST', '/locks', { lockId: 61, name: 'Real door', makeKey: true, takeOver: true }),
  )
  expect(added.status).toBe(201)
  expect((await prepare(65, house)).status).toBe(201)
  expect((await prepare(66, house)).status).toBe(403)
})

test('a lock that is given away is told of with its keys, and its new holder sees and revokes every one, whoever made them', async () => {
  const { site, say, links } = await preparedSite(null, 0)
  await using _ = site
  for (const uuid of [randomUUID(), randomUUID(), randomUUID()]) {
    expect((await say('/locks/61/create-temp-key', keyBody(uuid))).status).toBe(200)
    links.push(uuid)
  }
  const moved = await say('/locks/61/SetOrganization', { orgId: 'house' })
  expect(moved.body).toMatchObject({ event: { type: 'OrganizationSet' }, keysStillGood: 3, keysRevoked: 0 })

  const house = {
    'content-type': 'application/json',
    'x-api-key': await site.createApiKey('house', 'locks:admin', 'keys:write', 'keys:read'),
  }
  const listed = await site.request('/locks/61/temp-keys', { headers: house })
  const { tempKeys } = z.looseObject({ tempKeys: z.array(z.looseObject({ uuid: z.string() })) }).parse(listed.body)
  expect(tempKeys.map(({ uuid }) => uuid)).toEqual(links)
  const [first] = links
  const one = await site.request(`/temp-keys/${first}`, { method: 'DELETE', headers: house })
  expect(one.status).toBe(200)
  const rest = await site.request('/locks/61/SetOrganization', {
    ...{ method: 'POST', headers: house, body: JSON.stringify({ orgId: 'house', revokeKeys: true }) },
  })
  expect(rest.body).toMatchObject({ success: true, event: null, keysStillGood: 0, keysRevoked: 2 })
  for (const link of links) expect((await site.key(link)).status).toBe('revoked')
})
