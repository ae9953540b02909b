import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestSite } from '#test/support/site.ts'

describe('a guest with a link', () => {
  let site: TestSite
  beforeAll(async () => {
    site = await TestSite.start()
    await site.playLock(1)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  test('opens the door: one actuation, one use, and a redirect to the key’s page', async () => {
    const lock = site.locks.get(1)
    const uuid = await site.createKey(1, { maxUses: 3 })
    const before = lock?.actuations ?? Number.NaN
    const answer = await site.open(uuid)

    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(`/temp-keys/${uuid}`)
    expect(answer.body).toMatchObject({ lockId: 1, status: 'opened', usedCount: 1, maxUses: 3 })
    expect(lock?.actuations).toBe(before + 1)
    expect(await site.key(uuid)).toMatchObject({ status: 'valid', usedCount: 1, heldCount: 0 })
    expect(await site.openingState(answer.body.openingId)).toBe('opened')
  })

  test('leaves no trace of the key’s UUID in the log', async () => {
    const uuid = await site.createKey(1)
    await site.open(uuid)
    await site.key(uuid)
    expect(site.log.text).toContain('opened')
    expect(site.log.text.toLowerCase()).not.toContain(uuid)
  })
})
