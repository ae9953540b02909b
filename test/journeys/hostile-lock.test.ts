import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { newCommandId, newOpeningId } from '#protocol/ids.ts'
import type { Ack } from '#protocol/messages.ts'
import { LockLine } from '#test/support/lock-line.ts'
import { acksNamedBy, signAckAs } from '#test/support/lock-words.ts'
import type { TestSite } from '#test/support/site.ts'
import { eventsOf, readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** Inside every cap of the broker. */
const BETWEEN_ACKS_MS = 12

/** Door 1, whose lock has opened once and now has a program of a stranger with its key; door 2 is as it should be. */
async function hostileSite(site: TestSite, later: AsyncDisposableStack) {
  await site.addLock(1)
  const line = later.use(await LockLine.to(site.gateway))
  const lock = await site.playLock(1, { url: line.url })
  await site.playLock(2)
  expect((await site.open(await site.createKey(1))).status).toBe(303)
  await until('receipted', () => lock.unreceiptedAcks === 0)
  const word = lock.sentAcks[0]?.payload
  if (word === undefined) throw new Error('the lock said nothing')
  let journalSeq = 1_000
  /** Says it without end, each time signed anew, until it is stopped. */
  const attack = (difference: () => Partial<Ack>) => {
    const stop = new AbortController()
    let said = 0
    const saying = (async () => {
      for (; !stop.signal.aborted; said += 1) {
        journalSeq += 2
        line.publishUp('latchkey/v1/test/1/ack', await signAckAs(site, 1, { ...word, journalSeq, ...difference() }))
        await pause(BETWEEN_ACKS_MS)
      }
      return said
    })()
    return {
      /** Until it has said it so often. */
      hasSaid: (times: number) => until(`it is said ${times} times`, () => said >= times),
      stop: () => {
        stop.abort()
        return saying
      },
    }
  }
  return { attack, word }
}

/** Openings of a door one after the other; answers what the slowest took. */
async function openAgainAndAgain(site: TestSite, lockId: number, times: number): Promise<number> {
  let slowestMs = 0
  for (let time = 0; time < times; time += 1) {
    const uuid = await site.createKey(lockId)
    const sinceMs = performance.now()
    expect((await site.open(uuid)).status).toBe(303)
    slowestMs = Math.max(slowestMs, performance.now() - sinceMs)
  }
  return slowestMs
}

describe('a lock that signs without end', () => {
  test('what it said of a settled command adds no row, no event and no wait to another door', () =>
    withSite({}, async (site, later) => {
      const { attack } = await hostileSite(site, later)
      const before = readStore(site)
      const heard: number[] = []
      site.gateway.watchMessages(({ direction, message }) => {
        if (direction === 'to-lock') heard.push(...acksNamedBy(message))
      })
      const attacking = attack(() => ({}))
      const slowestMs = await openAgainAndAgain(site, 2, 20)
      await attacking.hasSaid(100)
      await attacking.stop()
      // It is told that they are stored: what they say is.
      await until('receipted', () => heard.length > 0)
      const after = readStore(site)
      expect(after.acks.filter(({ lockId }) => lockId === 1)).toEqual(before.acks.filter(({ lockId }) => lockId === 1))
      const eventsOf1 = (stored: typeof after) => stored.events.filter(({ lockId }) => lockId === 1)
      expect(eventsOf1(after)).toEqual(eventsOf1(before))
      expect(slowestMs).toBeLessThan(2_000)
    }))

  test('words on commands that nobody sent are two rows, one event and one alarm', () =>
    withSite({ liars: [1] }, async (site, later) => {
      const { attack } = await hostileSite(site, later)
      const attacking = attack(() => ({ commandId: newCommandId(), openingId: newOpeningId() }))
      await openAgainAndAgain(site, 2, 20)
      await attacking.hasSaid(100)
      await attacking.stop()
      await until('alarmed', () => readStore(site).alarms.some(({ kind }) => kind === 'ack-orphaned'))
      // The last one and the count are stored once a minute, and at the end.
      await site.stopGateway()
      const { acks, alarms } = readStore(site)
      expect(acks.filter(({ effect }) => effect === 'orphan')).toHaveLength(2)
      expect(eventsOf(site, 'AckOrphaned')).toHaveLength(1)
      expect(alarms).toMatchObject([{ kind: 'ack-orphaned', lockId: 1 }])
      expect(alarms[0]?.count).toBeGreaterThan(50)
      await site.startGateway()
    }))

  test('the gateway ends in time although it goes on', () =>
    withSite({}, async (site, later) => {
      const { attack } = await hostileSite(site, later)
      const attacking = attack(() => ({}))
      await openAgainAndAgain(site, 2, 3)
      const sinceMs = performance.now()
      await site.stopGateway()
      expect(performance.now() - sinceMs).toBeLessThan(5_000)
      await attacking.stop()
      await site.startGateway()
    }))
})
