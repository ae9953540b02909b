import { expect, test } from 'vitest'
import type { VerifiedAck } from '#domain/acks/ack.ts'
import { SurplusBook } from '#domain/acks/surplus-book.ts'
import { commandHashOf, newBootId, newCommandId, newOpeningId } from '#protocol/ids.ts'
import { lockId } from '#test/domain/openings/opening-lab.ts'

const newAck = (difference: Partial<VerifiedAck> = {}): VerifiedAck => {
  const commandId = newCommandId()
  return {
    ...{ lockId, message: `ack of ${commandId}`, openingId: newOpeningId(), commandId, journalSeq: 1 },
    ...{ commandHash: commandHashOf('c'), keyRef: null, result: 'opened', reason: null, bootId: newBootId() },
    ...{ uptimeS: 1, lastCounter: 1, keyGeneration: 1, door: 'closed', batteryPercent: null },
    ...difference,
  }
}

test('an orphan is the first of its kind, then waits for the disk, then is said; another one is counted', () => {
  const book = new SurplusBook()
  const ack = newAck()
  expect(book.takeOrphan(ack)).toBe('first')
  expect(book.takeOrphan(ack)).toBe('waits')
  expect(book.takeOrphan(newAck())).toBe('counted')
  book.orphanStored(ack)
  expect(book.takeOrphan(ack)).toBe('said')
  expect(book.takeOrphan(newAck({ result: 'refused' }))).toBe('first')
})

test('orphans count in all that their lock says beyond what is kept, and each journal number has one receipt', () => {
  const book = new SurplusBook()
  book.takeOrphan(newAck())
  for (const journalSeq of [7, 8, 7, 8, 8]) book.takeOrphan(newAck({ journalSeq }))
  const { surplus, counts } = book.take()
  expect(surplus.orphans).toMatchObject([{ times: 5, receipts: [7, 8] }])
  expect(counts.get(lockId)).toBe(5)
  expect(book.take().counts.size).toBe(0)
})

test('the latest 64 journal numbers of counted orphans have a receipt, and the one before them waits', () => {
  const book = new SurplusBook()
  book.takeOrphan(newAck())
  for (let journalSeq = 1; journalSeq <= 64; journalSeq += 1) book.takeOrphan(newAck({ journalSeq }))
  const seqs = Array.from({ length: 64 }, (_, at) => at + 1)
  expect(book.take().surplus.orphans[0]?.receipts).toEqual(seqs)
  for (let journalSeq = 1; journalSeq <= 65; journalSeq += 1) book.takeOrphan(newAck({ journalSeq }))
  expect(book.take().surplus.orphans[0]?.receipts).toEqual(seqs.map((seq) => seq + 1))
})

test('16 commands are counted one by one, to their end; a 17th counts in all only', () => {
  const book = new SurplusBook()
  const acks = Array.from({ length: 17 }, () => newAck())
  for (const ack of [...acks, ...acks, ...acks]) book.addFurther(ack)
  const { surplus, counts } = book.take()
  expect(surplus.further).toEqual(
    acks.slice(0, 16).map(({ commandId }) => ({ lockId, commandId, result: 'opened', times: 3 })),
  )
  expect(counts.get(lockId)).toBe(51)
})
