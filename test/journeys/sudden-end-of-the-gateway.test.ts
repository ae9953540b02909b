import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ServedSite, SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { expectTruth } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const keyBody = z.looseObject({
  usedCount: z.number(),
  heldCount: z.number(),
  latestOpening: z.looseObject({ openingId: z.string(), state: z.string() }).nullable(),
})
const keyOf = async (site: ServedSite, uuid: string) =>
  keyBody.parse(await (await fetch(`${site.publicUrl}/temp-keys/${uuid}`)).json())
const post = (site: ServedSite, uuid: string) =>
  fetch(`${site.publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })

test('kill -9 between publish and ack: no second command after the restart, and the lock’s repeated ack settles the opening', async () => {
  await using dir = await SiteDir.make()
  const sheet = await dir.addLock(1)
  const uuid = await dir.createKey(1, { maxUses: 1 })
  const first = await dir.serve()
  const lock = await dir.play(sheet, { faults: { mute: true } })
  await untilLockOnline(first.publicUrl, uuid)

  const cutOff = expect(post(first, uuid)).rejects.toThrow()
  await lock.waitFor(() => lock.actuations === 1)
  expect(await keyOf(first, uuid)).toMatchObject({ usedCount: 0, heldCount: 1 })
  first.program.kill('SIGKILL')
  await first.program.ended
  await cutOff

  const second = await dir.serve()
  expect(await keyOf(second, uuid)).toMatchObject({
    usedCount: 0,
    heldCount: 1,
    latestOpening: { state: 'unconfirmed' },
  })
  await lock.waitFor(() => lock.online)
  lock.setFaults({ mute: false })
  await until('the opening is settled', async () => (await keyOf(second, uuid)).latestOpening?.state === 'opened')
  expect(await keyOf(second, uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  expect(lock.receivedCommands.filter(({ op }) => op === 'open')).toHaveLength(1)
  expect(lock.actuations).toBe(1)
  await expectTruth(dir)
})

test('kill -9 again and again during openings: counters equal what the openings say, and every actuation is a signed one', async () => {
  const KILLS = 6
  const GUESTS = 5
  await using dir = await SiteDir.make()
  const doors: { sheet: string; uuids: string[] }[] = []
  for (const lockId of [1, 2, 3]) {
    const sheet = await dir.addLock(lockId)
    // Taps on one key within 2 s of its opening join it: many keys make many openings.
    doors.push({ sheet, uuids: await dir.createKeys(lockId, 60) })
  }
  let site = await dir.serve()
  await Promise.all(doors.map(({ sheet }, index) => dir.play(sheet, { faults: { lateMs: index * 15 } })))

  let over = false
  let tried = 0
  const guests = doors.flatMap(({ uuids }) =>
    Array.from({ length: GUESTS }, async (_, guest) => {
      for (let at = guest; !over; at = (at + GUESTS) % uuids.length) {
        tried += 1
        // Refused, cut off, not there: a guest at a door tries again.
        const answer = await post(site, uuids[at] ?? '').catch(() => null)
        await answer?.arrayBuffer().catch(() => null)
        if (answer?.status !== 303) await pause(20)
      }
    }),
  )
  const allOnline = () => Promise.all(doors.map(({ uuids }) => untilLockOnline(site.publicUrl, uuids[0] ?? '')))
  await allOnline()
  for (let kill = 0; kill < KILLS; kill += 1) {
    // 0.2 to 2 s, the same in every run.
    await pause(200 + ((kill * 7) % 10) * 200)
    site.program.kill('SIGKILL')
    await site.program.ended
    site = await dir.serve()
    await allOnline()
  }
  over = true
  await Promise.all(guests)
  await until('nothing is held any more', async () => {
    const keys = await Promise.all(doors.flatMap(({ uuids }) => uuids.map((uuid) => keyOf(site, uuid))))
    return keys.every(({ heldCount }) => heldCount === 0)
  })

  const { openings, keys } = await expectTruth(dir)
  const opened = openings.filter(({ state }) => state === 'opened').length
  expect(opened).toBeGreaterThan(100)
  expect(keys.reduce((sum, { usedCount }) => sum + usedCount, 0)).toBe(opened)
  expect([...dir.locks.values()].reduce((sum, lock) => sum + lock.actuations, 0)).toBe(opened)
  expect(tried).toBeGreaterThan(opened)
}, 120_000)
