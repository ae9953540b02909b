import { principalLabel, userIdOf } from '#domain/access/principal.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { Reserve, ReserveResult } from '#domain/ports.ts'
import { isWhitelisted, tempKeyRefusal } from '#domain/temp-keys/temp-key.ts'
import type { LockId } from '#protocol/ids.ts'
import type { BoundRow } from '#store/tables/opening-rows.ts'
import { rowOf } from '#store/tables/openings.ts'
import type { Transaction } from '#store/tables/transaction.ts'
import { becomeUnconfirmed } from './opening-changes.ts'

/** Transaction 1: the judge of a tap. Holds one use and fixes the command's bytes before anything is published. */
export function reserve(tx: Transaction, asked: Reserve): ReserveResult {
  landStaleCommand(tx, asked.lockId, asked.atMs)
  const { tempKeyUuid, command, atMs } = asked
  const key = tempKeyUuid === null ? null : tx.judgedTempKey(tempKeyUuid)
  if (tempKeyUuid !== null) {
    if (key === null || key.lockId !== asked.lockId) return { kind: 'key-not-found' }
    if (key.accessMode === 'user-whitelist' && !isWhitelisted(key, asked.principal)) return { kind: 'not-whitelisted' }
    const refusal = tempKeyRefusal(key, atMs)
    if (refusal !== null) return { kind: refusal }
  }
  if (command.lockId !== asked.lockId || command.openingId !== asked.openingId) {
    throw new Error('the command is made for another opening or lock')
  }

  const rowId = tx.insertOpening(asked, key?.rowId ?? null)
  const counted = key === null ? null : tx.holdUse(key, rowId)
  const commandRowId = tx.insertCommand(command, rowId, 1)
  tx.remember(asked.idempotency, rowId, atMs)
  const { openingId, lockId, principal } = asked
  const { commandId, commandHash, keyRef, bootId, counter } = command
  const chained = {
    bootId,
    commandHash,
    commandId,
    counter,
    keyRef,
    openingId,
    principal: principalLabel(principal),
  }
  const plain = { ...asked.said, tempKeyUuid, userId: userIdOf(principal) }
  const version = tx.takeVersionForOpening(lockId, rowId, command)
  tx.appendEventAs({ lockId, type: 'LockOpenRequested', atMs, chained, plain }, version)
  const opening: Opening = {
    openingId,
    lockId,
    tempKeyUuid,
    userId: userIdOf(principal),
    state: 'reserved',
    reason: null,
    corrected: false,
    startedAtMs: atMs,
    settledAtMs: null,
    usedCount: counted?.usedCount ?? null,
    maxUses: key?.maxUses ?? null,
  }
  const row: BoundRow = {
    rowId,
    openingId,
    lockId,
    tempKeyRowId: key?.rowId ?? null,
    tempKeyUuid,
    userId: opening.userId,
    state: 'reserved',
    reason: null,
    corrected: 0,
    startedAtMs: atMs,
    settledAtMs: null,
    usedCountAfter: null,
    usedCountNow: opening.usedCount,
    heldCountNow: counted?.heldCount ?? null,
    maxUses: opening.maxUses,
    keyRef,
    commandRowId,
    commandState: 'in-flight',
    attempt: 1,
  }
  tx.justReserved.keep({ row, lockId, commandId, commandHash })
  return { kind: 'reserved', opening }
}

/** Whoever reserves has the lock's turn: a command still in flight belongs to a turn that could not be settled. */
function landStaleCommand(tx: Transaction, lockId: LockId, atMs: number): void {
  const stale = tx.commandInFlight(lockId)
  if (stale === null) return
  tx.setCommandState(stale.rowId, 'unanswered')
  const opening = rowOf(tx, stale.openingRowId)
  if (opening.state === 'reserved') becomeUnconfirmed(tx, opening, 'not-settled', atMs)
}
