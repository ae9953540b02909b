import { expect, test } from 'vitest'
import type { KnownWord, VerifiedAck } from '#domain/acks/ack.ts'
import { keepSurplus, settleLateAck } from '#domain/acks/settle-opening.ts'
import { type Surplus, SurplusBook } from '#domain/acks/surplus-book.ts'
import { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Settle, Settled } from '#domain/openings/judge-settle.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { LiveTaps } from '#domain/taps/live-taps.ts'
import { commandHashOf, newBootId, newCommandId, newOpeningId, type OpeningId } from '#protocol/ids.ts'
import { lockId } from '#test/domain/openings/opening-lab.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

let journalSeq = 0
function newAck(difference: Partial<VerifiedAck> = {}): VerifiedAck {
  journalSeq += 1
  return {
    ...{ lockId, message: `ack ${journalSeq}`, openingId: newOpeningId(), commandId: newCommandId() },
    ...{ commandHash: commandHashOf('c'), keyRef: null, result: 'opened', reason: null, bootId: newBootId() },
    ...{ uptimeS: 1, lastCounter: 1, keyGeneration: 1, journalSeq, door: 'closed', batteryPercent: null },
    ...difference,
  }
}

/** What a gateway does with acks that nobody waits for, over a store that says what a test wants. */
function lateWords(known: KnownWord, answer: () => Promise<Settled | null>) {
  const clock = new ManualClock()
  const stored: VerifiedAck[] = []
  const kept: Surplus[] = []
  const receipts: number[] = []
  const logged: { message: string; fields: object }[] = []
  const say = (fields: object, message: string) => void logged.push({ fields, message })
  const deps = {
    store: {
      knownWord: async () => known,
      settleLate: ({ ack }: Settle) => {
        stored.push(ack)
        return answer()
      },
      keepSurplus: async ({ surplus }: { surplus: Surplus }): Promise<void> => {
        kept.push(surplus)
      },
    },
    link: { giveReceipt: (ack: Pick<VerifiedAck, 'journalSeq'>) => void receipts.push(ack.journalSeq) },
    watch: new OpeningWatch(clock),
    taps: new LiveTaps(clock),
    locks: new LockRegistry([], clock),
    inProgress: new Set<OpeningId>(),
    surplus: new SurplusBook(),
    clock,
    log: { info: say, warn: say, error: say },
  }
  const hear = (ack: VerifiedAck) => settleLateAck(ack, deps)
  const minute = () => keepSurplus(deps, clock.nowMs())
  return { deps, hear, minute, stored, kept, receipts, logged }
}

const evidence = async (): Promise<Settled> => ({ kind: 'evidence', opening: null })
const orphan = async (): Promise<Settled> => ({ kind: 'orphan', opening: null })

test('a word that is stored has its receipt at once, and costs the disk nothing however often it is said', async () => {
  const { hear, minute, stored, kept, receipts, logged } = lateWords('said', evidence)
  const ack = newAck()
  for (let time = 0; time < 1_000; time += 1) await hear(ack)
  await minute()
  expect([stored, kept, logged]).toEqual([[], [], []])
  expect(receipts).toEqual(Array(1_000).fill(ack.journalSeq))
})

test('the same said without end in other bytes is receipted, counted, and written once a minute', async () => {
  const { hear, minute, stored, kept, receipts, logged } = lateWords('said-in-other-bytes', evidence)
  const { commandId } = newAck()
  for (let time = 0; time < 11_400; time += 1) await hear(newAck({ commandId }))
  expect(stored).toEqual([])
  expect(receipts).toHaveLength(11_400)
  expect(logged).toEqual([])
  await minute()
  await minute()
  expect(kept).toEqual([{ further: [{ lockId, commandId, result: 'opened', times: 11_400 }], orphans: [] }])
  expect(logged).toEqual([{ fields: { lockId, acks: 11_400 }, message: 'a lock says more than is kept' }])
})

test('however many commands a lock speaks of again, a bounded number is counted one by one, and all in all', async () => {
  const { hear, minute, kept, logged } = lateWords('said-in-other-bytes', evidence)
  for (let time = 0; time < 500; time += 1) await hear(newAck())
  await minute()
  expect(kept[0]?.further).toHaveLength(16)
  expect(logged).toMatchObject([{ fields: { acks: 500 } }])
})

test('of orphans of one kind the first is stored at once, of the others a count and the last, once a minute', async () => {
  const { hear, minute, stored, kept, receipts } = lateWords('unknown-command', orphan)
  const acks = Array.from({ length: 1_000 }, () => newAck())
  for (const ack of acks) await hear(ack)
  expect(stored).toEqual([acks[0]])
  expect(receipts).toEqual([acks[0]?.journalSeq])
  await minute()
  expect(kept[0]?.orphans).toMatchObject([{ ack: acks.at(-1), times: 999 }])
  // The last ones: a lock that goes on saying the others is told of them in another minute.
  expect(receipts.slice(1)).toEqual(acks.slice(-64).map((ack) => ack.journalSeq))
  await hear(newAck({ result: 'refused' }))
  expect(stored).toHaveLength(2)
})

test('an orphan repeated in the same bytes is counted once, and receipted each time that it is stored', async () => {
  const disk = Promise.withResolvers<void>()
  const { hear, minute, stored, kept, receipts } = lateWords('unknown-command', async () => {
    await disk.promise
    return await orphan()
  })
  const ack = newAck()
  const hearing = hear(ack)
  await hear(ack)
  expect(receipts).toEqual([])
  disk.resolve()
  await hearing
  for (let again = 0; again < 3; again += 1) await hear(ack)
  await minute()
  expect(receipts).toEqual(Array(4).fill(ack.journalSeq))
  expect(stored).toEqual([ack])
  expect(kept).toEqual([])
})

test('an orphan that could not be stored has no receipt, and the next of its kind is the first', async () => {
  let full = true
  const { hear, stored, receipts } = lateWords('unknown-command', async () => {
    if (full) throw new StoreFault('SQLITE_FULL')
    return await orphan()
  })
  await hear(newAck())
  expect(receipts).toEqual([])
  full = false
  const second = newAck()
  await hear(second)
  expect(stored).toHaveLength(2)
  expect(receipts).toEqual([second.journalSeq])
})

test.each(['unsaid', 'unknown-command'] as const)(
  'a word (%s) beyond the share of its lock has no receipt, so that the lock says it again',
  async (known) => {
    const { hear, minute, kept, receipts, logged } = lateWords(known, async () => null)
    for (let time = 0; time < 3; time += 1) await hear(newAck())
    await minute()
    expect([receipts, kept]).toEqual([[], []])
    expect(logged).toMatchObject([{ fields: { lockId, acks: 3 } }])
  },
)

test('a refusal for freshness said twice does not settle what a running request signs anew', async () => {
  const { deps, hear, stored, receipts } = lateWords('unsaid', evidence)
  const ack = newAck({ result: 'refused', reason: 'counter' })
  deps.inProgress.add(ack.openingId)
  await hear(ack)
  expect([stored, receipts]).toEqual([[], []])
  deps.inProgress.clear()
  await hear(ack)
  expect(stored).toEqual([ack])
})

test('no receipt is given before the disk has the word', async () => {
  const { promise, resolve } = Promise.withResolvers<Settled>()
  const { hear, receipts } = lateWords('unsaid', () => promise)
  const ack = newAck()
  const hearing = hear(ack)
  await new Promise((done) => setImmediate(done))
  expect(receipts).toEqual([])
  resolve(await evidence())
  await hearing
  expect(receipts).toEqual([ack.journalSeq])
})

test('orphans that were counted have their receipts once the count is on the disk, and none when it could not be stored', async () => {
  const { deps, hear, minute, receipts } = lateWords('unknown-command', orphan)
  await hear(newAck())
  const counted = newAck()
  await hear(counted)
  receipts.length = 0
  const disk = Promise.withResolvers<void>()
  deps.store.keepSurplus = () => disk.promise
  const failing = minute()
  await new Promise((done) => setImmediate(done))
  expect(receipts).toEqual([])
  disk.reject(new StoreFault('SQLITE_FULL'))
  await expect(failing).rejects.toThrow('SQLITE_FULL')
  expect(receipts).toEqual([])

  const next = newAck()
  await hear(next)
  deps.store.keepSurplus = async () => {}
  await minute()
  expect(receipts).toEqual([next.journalSeq])
})
