import { describe, expect, test } from 'vitest'
import { commandHashOf, newCommandId, newOpeningId } from '#protocol/ids.ts'
import { type Ack, ack as ackSchema } from '#protocol/messages.ts'
import { LockLine } from '#test/support/lock-line.ts'
import { acksNamedBy, readAck, readCommand, signAckAs } from '#test/support/lock-words.ts'
import type { TestSite } from '#test/support/site.ts'
import { eventsOf, readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const ackTopic = (lockId: number) => `latchkey/v1/test/${lockId}/ack`

async function playBehindLine(site: TestSite, lockId: number, later: AsyncDisposableStack) {
  await site.addLock(lockId)
  const line = later.use(await LockLine.to(site.gateway))
  const lock = await site.playLock(lockId, { url: line.url })
  return { line, lock }
}

/** Journal numbers that receipts named, per lock. */
function watchReceipts(site: TestSite) {
  const named = new Map<number, Set<number>>()
  site.gateway.watchMessages(({ direction, lockId, message }) => {
    if (direction !== 'to-lock') return
    for (const seq of acksNamedBy(message)) named.set(lockId, (named.get(lockId) ?? new Set()).add(seq))
  })
  return (lockId: number, seq: number) => named.get(lockId)?.has(seq) === true
}

describe.concurrent('a captured command that is sent again', () => {
  test('to the same lock, to another, before and after a reboot, moves no bolt and is never refused', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1)
      const other = await site.playLock(2)
      const answer = await site.open(await site.createKey(1, { maxUses: 1 }))
      expect(answer.status).toBe(303)
      const captured = lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? ''

      for (let again = 0; again < 5; again += 1) await lock.receiveRaw(captured)
      await other.receiveRaw(captured)
      await lock.receiveRaw(captured, true)
      await lock.reboot()
      for (let again = 0; again < 5; again += 1) await lock.receiveRaw(captured)
      await site.untilOnline(1)
      await lock.receiveRaw(captured)

      expect(lock.actuations).toBe(1)
      expect(other.actuations).toBe(0)
      const words = [...lock.sentAcks, ...other.sentAcks].map(({ payload }) => `${payload.iss} ${payload.result}`)
      expect(new Set(words)).toEqual(new Set(['test/1 opened']))
      expect(other.sentAcks).toEqual([])
      expect(await site.openingState(answer.body.openingId)).toBe('opened')
    }))

  test('after nine reboots, when the lock has forgotten its boot, meets silence', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1)
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      const captured = lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? ''
      for (let reboots = 0; reboots < 9; reboots += 1) await lock.reboot()
      await lock.receiveRaw(captured)
      expect(lock.actuations).toBe(1)
      expect(lock.sentAcks.map(({ payload }) => payload.result)).not.toContain('refused')
    }))
})

describe.concurrent('while a lock has not said what became of an opening', () => {
  /** An opening in flight, whose lock acted and whose own word is held back. */
  async function openingInFlight(site: TestSite, later: AsyncDisposableStack) {
    const { line, lock } = await playBehindLine(site, 1, later)
    const { line: otherLine } = await playBehindLine(site, 2, later)
    const uuid = await site.createKey(1, { maxUses: 1 })
    line.fateUp = ({ topic }) => (topic.endsWith('/ack') ? 'hold' : 'pass')
    const tapped = site.open(uuid)
    await until('the lock’s word is held', () => line.up.some(({ topic }) => topic === ackTopic(1)))
    const trueAck = readAck(line.up.find(({ topic }) => topic === ackTopic(1))?.payload ?? '')
    const refusal: Ack = ackSchema.parse({ ...trueAck, result: 'refused', reason: 'lockdown', journalSeq: 900 })
    const verdicts: string[] = []
    site.gateway.watchMessages(({ direction, message, verdict }) => {
      if (direction === 'from-lock') verdicts.push(`${verdict} ${message}`)
    })
    const heard = (message: string) =>
      until('heard', () => verdicts.find((text) => text.endsWith(` ${message}`))?.split(' ')[0] ?? null)
    const release = () => {
      line.fateUp = () => 'pass'
      line.releaseUp()
    }
    return { line, otherLine, lock, uuid, tapped, trueAck, refusal, heard, release }
  }

  test('an ack signed by another lock on its own topic changes nothing; it is stored, receipted and alarmed', () =>
    withSite({}, async (site, later) => {
      const hasReceipt = watchReceipts(site)
      const { otherLine, uuid, tapped, refusal, heard, release } = await openingInFlight(site, later)
      const forged = await signAckAs(site, 2, { ...refusal, iss: 'test/2' })
      otherLine.publishUp(ackTopic(2), forged)
      expect(await heard(forged)).toBe('ok')
      await until('receipted', () => hasReceipt(2, refusal.journalSeq))
      expect(readStore(site).alarms).toContainEqual({ kind: 'ack-orphaned', lockId: 2, count: 1 })
      expect((await site.key(uuid)).latestOpening?.state).toBe('reserved')

      release()
      expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
    }))

  test('an ack signed by another lock on the right topic is noise, and so is a forged signature', () =>
    withSite({}, async (site, later) => {
      const { line, uuid, tapped, refusal, heard, release } = await openingInFlight(site, later)
      const byOther = await signAckAs(site, 2, refusal)
      const [head, payload, signature = ''] = (await signAckAs(site, 1, refusal)).split('.')
      const flipped = [
        head,
        payload,
        signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`,
      ].join('.')
      for (const message of [byOther, flipped]) {
        line.publishUp(ackTopic(1), message)
        expect(await heard(message)).toBe('signature')
      }
      expect(readStore(site).acks).toEqual([])
      expect((await site.key(uuid)).latestOpening?.state).toBe('reserved')

      release()
      expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
    }))

  const mistakes = {
    'for another command': { commandId: newCommandId() },
    'for another command and opening': { commandId: newCommandId(), openingId: newOpeningId() },
    'with a wrong hash': { commandHash: commandHashOf('another command') },
  }
  for (const [name, wrong] of Object.entries(mistakes)) {
    test(`an ack truly signed ${name} does not touch it; it is stored, receipted and alarmed`, () =>
      withSite({}, async (site, later) => {
        const hasReceipt = watchReceipts(site)
        const { line, uuid, tapped, refusal, heard, release } = await openingInFlight(site, later)
        const strange = await signAckAs(site, 1, { ...refusal, ...wrong })
        line.publishUp(ackTopic(1), strange)
        expect(await heard(strange)).toBe('ok')
        await until('receipted', () => hasReceipt(1, refusal.journalSeq))
        expect(readStore(site).alarms).toContainEqual({ kind: 'ack-orphaned', lockId: 1, count: 1 })
        expect((await site.key(uuid)).latestOpening?.state).toBe('reserved')

        release()
        expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
      }))
  }

  test('an ack that names another opening still binds by command and hash: the truth arrives where it belongs', () =>
    withSite({}, async (site, later) => {
      const { line, tapped, trueAck, heard, release } = await openingInFlight(site, later)
      const misnamed = await signAckAs(site, 1, { ...trueAck, openingId: newOpeningId() })
      line.publishUp(ackTopic(1), misnamed)
      expect(await heard(misnamed)).toBe('ok')
      const answer = await tapped
      expect(answer.status).toBe(303)
      release()
      await until('both receipted', () => site.locks.get(1)?.unreceiptedAcks === 0)
      expect(readStore(site).acks).toMatchObject([{ result: 'opened', effect: 'settled' }])
      expect(await site.openingState(answer.body.openingId)).toBe('opened')
    }))
})

describe.concurrent('a lock’s word', () => {
  test('counts when it comes behind forged ones', () =>
    withSite({}, async (site) => {
      await site.playLock(1, { faults: { forgeSignature: true, trueAckAfterMs: 300, duplicateAcks: 3 } })
      expect(await site.open(await site.createKey(1, { maxUses: 1 }))).toMatchObject({
        status: 303,
        body: { usedCount: 1 },
      })
    }))

  test('counts once, however often it is said', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { faults: { duplicateAcks: 80 } })
      const uuid = await site.createKey(1, { maxUses: 3 })
      const answer = await site.open(uuid)
      expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
      for (let again = 0; again < 10; again += 1) {
        await lock.receiveRaw(lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? '')
      }
      await until('receipted', () => lock.unreceiptedAcks === 0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
      expect(eventsOf(site, 'LockOpened')).toHaveLength(1)
      expect(eventsOf(site, 'TempKeyUsed')).toHaveLength(1)
      expect(readStore(site).acks).toHaveLength(1)
    }))

  test('about a command that nobody sent is stored once, receipted each time and alarmed', () =>
    withSite({}, async (site, later) => {
      const hasReceipt = watchReceipts(site)
      const { line, lock } = await playBehindLine(site, 1, later)
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      const real = lock.sentAcks[0]?.payload
      expect(real).toBeDefined()
      const orphan = await signAckAs(site, 1, {
        ...ackSchema.parse(real),
        openingId: newOpeningId(),
        commandId: newCommandId(),
        journalSeq: 777,
      })
      for (let again = 0; again < 3; again += 1) line.publishUp(ackTopic(1), orphan)
      await until('receipted', () => hasReceipt(1, 777))
      const { acks, alarms, openings } = readStore(site)
      expect(acks.filter(({ effect }) => effect === 'orphan')).toHaveLength(1)
      expect(alarms).toContainEqual({ kind: 'ack-orphaned', lockId: 1, count: 1 })
      expect(eventsOf(site, 'AckOrphaned')).toHaveLength(1)
      expect(openings).toHaveLength(1)
    }))

  test('cannot be a command’s, a hello’s or a receipt’s: one type never stands in for another', () =>
    withSite({}, async (site, later) => {
      const { line, lock } = await playBehindLine(site, 1, later)
      const verdicts = new Map<string, string>()
      site.gateway.watchMessages(({ topic, message, verdict }) => verdicts.set(`${topic} ${message}`, verdict))
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      const command = lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? ''
      const ack = lock.sentAcks[0]?.message ?? ''
      const hello = line.up.find(({ topic }) => topic.endsWith('/presence'))?.payload ?? ''
      const strays: [string, string, string][] = [
        ['ack', command, 'signature'],
        ['presence', command, 'signature'],
        ['ack', hello, 'typ'],
        ['presence', ack, 'typ'],
        ['ack', 'offline', 'form'],
        ['event', ack, 'unexpected-topic'],
      ]
      for (const [kind, message, verdict] of strays) {
        const topic = `latchkey/v1/test/1/${kind}`
        line.publishUp(topic, message)
        expect(await until(`${verdict} on ${kind}`, () => verdicts.get(`${topic} ${message}`) ?? null)).toBe(verdict)
      }
      await lock.receiveRaw(ack)
      await lock.receiveRaw(hello)
      expect(lock.actuations).toBe(1)
      expect(readCommand(command).openingId).toBe(lock.movements[0]?.openingId)
      await site.untilOnline(1)
    }))
})
