import { test } from 'vitest'
import { keyUuid, newKey, T0 } from '#test/store/support/store-site.ts'
import { MemoryRows } from '#test/support/memory-rows.ts'
import {
  expectSameCountersInEveryOrder,
  expectTruthInEveryOrder,
  type ModelledStore,
} from '#test/support/opening-model.ts'

/** The judgement alone: no file, no SQL. */
function withRows(run: (store: ModelledStore) => void): void {
  const rows = new MemoryRows()
  const made = { usedCount: 0, heldCount: 0, createdBy: 'owner', createdAtMs: T0, revokedAtMs: null }
  rows.keys.set(keyUuid(1), { ...newKey(1, { maxUses: 2 }), ...made })
  rows.keys.set(keyUuid(2), { ...newKey(2), ...made })
  run({
    findTempKey: (uuid) => rows.keys.get(uuid) ?? null,
    findOpening: (openingId) => rows.findOpening(openingId),
    unansweredCommands: (openingId) => rows.unansweredCommands(openingId),
    reserve: (asked) => rows.reserve(asked),
    resign: (asked) => rows.resign(asked),
    settle: (asked) => rows.settle(asked),
    markUnconfirmed: (asked) => rows.markUnconfirmed(asked),
    markNotSent: (asked) => rows.markNotSent(asked),
    decide: (asked) => rows.decide(asked),
    chargeOld: (asked) => rows.chargeOld(asked),
  })
}

test('whatever the locks say, in any order and any number of times, counters are what the openings say, and no word frees a use under a bolt that may move', () => {
  expectTruthInEveryOrder(withRows)
})

test('words that do not contradict each other lead to the same counters in every order', () => {
  expectSameCountersInEveryOrder(withRows)
})
