import { beforeEach, expect, test } from 'vitest'
import { type ReceiptBatch, Receipts } from '#lock-link/outbox/receipts.ts'
import { RECEIPT_MAX_ACKS } from '#protocol/limits.ts'
import { one, two } from '#test/lock-link/link-lab.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const DELAY_MS = 500

let clock: ManualClock
let given: ReceiptBatch[]
let receipts: Receipts
beforeEach(() => {
  clock = new ManualClock()
  given = []
  receipts = new Receipts(clock, DELAY_MS, (batch) => void given.push(batch))
})

test('acks of one lock that are stored within half a second share a receipt, each once', async () => {
  receipts.add(one, 1, 7)
  await clock.passMs(DELAY_MS - 1)
  for (const journalSeq of [8, 7]) receipts.add(one, 1, journalSeq)
  expect(given).toEqual([])
  await clock.passMs(1)
  expect(given).toEqual([{ lockId: one, keyGeneration: 1, acks: [7, 8] }])
  // The next one begins a receipt of its own.
  receipts.add(one, 1, 9)
  await clock.passMs(DELAY_MS)
  expect(given.slice(1)).toEqual([{ lockId: one, keyGeneration: 1, acks: [9] }])
})

test('another lock and another key pair have receipts of their own: their journals count apart', async () => {
  receipts.add(one, 1, 7)
  receipts.add(two, 1, 7)
  receipts.add(one, 2, 7)
  await clock.passMs(DELAY_MS)
  expect(given).toEqual([
    { lockId: one, keyGeneration: 1, acks: [7] },
    { lockId: two, keyGeneration: 1, acks: [7] },
    { lockId: one, keyGeneration: 2, acks: [7] },
  ])
})

test('more acks than a receipt holds make several, and none is left out', async () => {
  const all = Array.from({ length: 2 * RECEIPT_MAX_ACKS + 1 }, (_, index) => index + 1)
  for (const journalSeq of all) receipts.add(one, 1, journalSeq)
  await clock.passMs(DELAY_MS)
  expect(given.map(({ acks }) => acks.length)).toEqual([RECEIPT_MAX_ACKS, RECEIPT_MAX_ACKS, 1])
  expect(given.flatMap(({ acks }) => acks)).toEqual(all)
})
