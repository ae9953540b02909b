import { judgeCreateTempKey, judgeRevokeTempKey, judgeUpdateTempKey } from '#domain/temp-keys/judge-temp-key-change.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type {
  CreateTempKey,
  CreateTempKeyResult,
  CreateTempKeys,
  CreateTempKeysResult,
  RevokeTempKey,
  RevokeTempKeyResult,
  RevokeTempKeys,
  RevokeTempKeysResult,
  UpdateTempKey,
  UpdateTempKeyResult,
} from '#domain/temp-keys/temp-key-changes.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'
import { toKey } from '#store/tables/temp-key-rows.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function createTempKey(tx: Transaction, asked: CreateTempKey): CreateTempKeyResult {
  const { key, atMs } = asked
  const verdict = judgeCreateTempKey(asked, tx.findLock(key.lockId), tx.findTempKey(key.uuid))
  if (verdict.kind !== 'created') return verdict
  tx.insertTempKey(key, verdict.createdBy, atMs)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'created', key: storedKey(tx, key.uuid), event }
}

/** Judges all of them before the first is stored. */
export function createTempKeys(tx: Transaction, { keys, by, atMs }: CreateTempKeys): CreateTempKeysResult {
  const judged = keys.map((key) => ({
    key,
    verdict: judgeCreateTempKey({ key, by, atMs }, tx.findLock(key.lockId), tx.findTempKey(key.uuid)),
  }))
  for (const { key, verdict } of judged) {
    if (verdict.kind !== 'created' && verdict.kind !== 'exists') return { kind: verdict.kind, lockId: key.lockId }
  }
  for (const { key, verdict } of judged) {
    if (verdict.kind !== 'created') continue
    tx.insertTempKey(key, verdict.createdBy, atMs)
    tx.appendEvent(verdict.event)
  }
  return { kind: 'created' }
}

export function updateTempKey(tx: Transaction, asked: UpdateTempKey): UpdateTempKeyResult {
  const row = tx.findTempKeyRow(asked.uuid)
  const verdict = judgeUpdateTempKey(asked, tx.findLock(asked.lockId), row === null ? null : toKey(row))
  if (verdict.kind !== 'updated') return verdict
  if (row === null) throw new Error('a temp key that is not there was updated')
  tx.updateTempKeyRow(row.rowId, verdict.key)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'updated', key: storedKey(tx, asked.uuid), event }
}

export function revokeTempKey(tx: Transaction, asked: RevokeTempKey): RevokeTempKeyResult {
  const row = tx.findTempKeyRow(asked.uuid)
  const lock = row === null ? null : tx.findLock(row.lockId)
  const verdict = judgeRevokeTempKey(asked, lock, row === null ? null : toKey(row))
  if (verdict.kind !== 'revoked') return verdict
  if (row === null) throw new Error('a temp key that is not there was revoked')
  tx.revokeTempKeyRow(row.rowId, asked.atMs)
  const event = tx.appendEvent(verdict.event)
  return { kind: 'revoked', key: storedKey(tx, asked.uuid), event }
}

/** Judges all of them before the first is revoked: one that may not be leaves the others as they are. */
export function revokeTempKeys(tx: Transaction, { uuids, by, atMs }: RevokeTempKeys): RevokeTempKeysResult {
  const judged = uuids.map((uuid) => {
    const row = tx.findTempKeyRow(uuid)
    const lock = row === null ? null : tx.findLock(row.lockId)
    return { uuid, row, verdict: judgeRevokeTempKey({ uuid, by, atMs }, lock, row === null ? null : toKey(row)) }
  })
  for (const { uuid, verdict } of judged) {
    if (verdict.kind !== 'revoked' && verdict.kind !== 'already-revoked') return { kind: verdict.kind, uuid }
  }
  const [revoked, alreadyRevoked]: [TempKeyUuid[], TempKeyUuid[]] = [[], []]
  for (const { uuid, row, verdict } of judged) {
    if (verdict.kind !== 'revoked' || row === null) {
      alreadyRevoked.push(uuid)
      continue
    }
    tx.revokeTempKeyRow(row.rowId, atMs)
    tx.appendEvent(verdict.event)
    revoked.push(uuid)
  }
  return { kind: 'revoked', revoked, alreadyRevoked }
}

function storedKey(tx: Transaction, uuid: TempKeyUuid): TempKey {
  const key = tx.findTempKey(uuid)
  if (key === null) throw new Error('a temp key is not there after it was stored')
  return key
}
