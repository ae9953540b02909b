import { afterAll, test } from 'vitest'
import { chargeOld, decide } from '#store/jobs/decide.ts'
import { markNotSent, markUnconfirmed } from '#store/jobs/end-opening.ts'
import { createLock } from '#store/jobs/locks.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { resign, settle } from '#store/jobs/settle.ts'
import { createTempKey } from '#store/jobs/temp-keys.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { newKey, newLock, T0 } from '#test/store/support/store-site.ts'
import {
  expectSameCountersInEveryOrder,
  expectTruthInEveryOrder,
  type ModelledStore,
} from '#test/support/opening-model.ts'

const { database, tx, end } = directTransaction()
afterAll(end)

const store: ModelledStore = {
  findTempKey: (uuid) => tx.findTempKey(uuid),
  findOpening: (openingId) => tx.findOpening(openingId),
  unansweredCommands: (openingId) => tx.unansweredCommands(openingId),
  reserve: (asked) => reserve(tx, asked),
  resign: (asked) => resign(tx, asked),
  settle: (asked) => settle(tx, asked),
  markUnconfirmed: (asked) => markUnconfirmed(tx, asked),
  markNotSent: (asked) => markNotSent(tx, asked),
  decide: (asked) => decide(tx, asked),
  chargeOld: (asked) => chargeOld(tx, { locks: 'all', ...asked }),
}

test('whatever the locks say, in any order and any number of times, counters are what the openings say, and no word frees a use under a bolt that may move', () => {
  expectTruthInEveryOrder(inUndoneTransaction)
})

test('words that do not contradict each other lead to the same counters in every order', () => {
  expectSameCountersInEveryOrder(inUndoneTransaction)
})

function inUndoneTransaction(run: (store: ModelledStore) => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const by = { kind: 'owner' } as const
    createLock(tx, { lock: newLock(1), by, atMs: T0 })
    createTempKey(tx, { key: newKey(1, { maxUses: 2 }), by, atMs: T0 })
    createTempKey(tx, { key: newKey(2), by, atMs: T0 })
    run(store)
  } finally {
    database.exec('ROLLBACK')
    tx.forgetUndone()
  }
}
