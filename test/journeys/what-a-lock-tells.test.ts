import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { LockLine } from '#test/support/lock-line.ts'
import type { TestSite } from '#test/support/site.ts'
import { readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const listed = z.looseObject({
  locks: z.array(
    z.looseObject({
      lockId: z.number(),
      online: z.boolean(),
      offlineCause: z.string().nullable(),
      door: z.string(),
      batteryPercent: z.number().nullable(),
    }),
  ),
})

/** As staff sees the lock. */
async function lockAsStaffSees(site: TestSite, lockId: number) {
  const { body } = await site.owner((api) => api('GET', '/locks'))
  const lock = listed.parse(body).locks.find((one) => one.lockId === lockId)
  if (lock === undefined) throw new Error(`no lock ${lockId}`)
  return lock
}

describe.concurrent('a lock whose battery says 255 %', () => {
  test('is online, and its signed word that the door opened is the truth; the battery counts as unknown', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { batteryPercent: 255 })
      const uuid = await site.createKey(1, { maxUses: 2 })
      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(lock.actuations).toBe(1)
      expect(await lockAsStaffSees(site, 1)).toMatchObject({ online: true, batteryPercent: null })
      await until('a receipt', () => lock.unreceiptedAcks === 0)
      expect(site.log.text).toContain('"members":["batteryPercent"]')
    }))

  test('is told of once in a while, not with each of its words', () =>
    withSite({}, async (site) => {
      await site.playLock(1, { batteryPercent: 200 })
      for (let taps = 0; taps < 5; taps += 1) {
        expect((await site.open(await site.createKey(1))).status).toBe(303)
      }
      expect(site.log.text.match(/"members":\["batteryPercent"\]/g)).toHaveLength(1)
    }))
})

describe.concurrent('a lock whose hello does not list an op', () => {
  test('is never sent an open that it does not know; the guest hears that it is offline, and staff why', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { ops: ['outcome', 'hello'], faults: { silentHello: true } })
      lock.clearFaults()
      const seen = await until('it answers', async () => {
        const state = await lockAsStaffSees(site, 1)
        return state.offlineCause === 'cannot-open' && state
      })
      expect(seen).toMatchObject({ online: false, door: 'closed' })
      const answer = await site.open(await site.createKey(1))
      expect(answer).toMatchObject({ status: 503, body: { reason: 'lock-offline' } })
      expect(readStore(site)).toMatchObject({ openings: [], commands: [] })
      expect(lock.receivedCommands.map(({ op }) => op)).not.toContain('open')
      expect(site.log.text).toContain('does not list open')
    }))

  test('is not asked what became of a command when it does not know that question', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { ops: ['open', 'hello'], faults: { mute: true } })
      const answer = await site.open(await site.createKey(1))
      expect(answer).toMatchObject({ status: 504, body: { reason: 'unconfirmed' } })
      expect(lock.receivedCommands.map(({ op }) => op)).not.toContain('outcome')
      lock.clearFaults()
      await site.untilState(answer.body.openingId, 'opened')
    }))
})

describe.concurrent('a lock whose first hello is lost', () => {
  test('is asked all the same while its connection stands, long before a silence would bring a question', () =>
    withSite({}, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      let lost = 0
      line.fateUp = ({ topic }) => {
        if (!topic.endsWith('/presence') || lost > 0) return 'pass'
        lost += 1
        return 'swallow'
      }
      await site.playLock(1, { url: line.url })
      expect(lost).toBe(1)
      expect((await site.open(await site.createKey(1))).status).toBe(303)
    }))

  test('and whose first answers are lost is asked again and again', () =>
    withSite({ config: { presence: { silenceMs: 60_000, answerWaitMs: 1_000 } } }, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      let lost = 0
      line.fateUp = ({ topic }) => {
        if (!topic.endsWith('/presence') || lost === 3) return 'pass'
        lost += 1
        return 'swallow'
      }
      await site.playLock(1, { url: line.url })
      expect(lost).toBe(3)
    }))
})
