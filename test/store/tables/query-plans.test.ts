import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import type { Notice } from '#domain/notices/notice.ts'
import { newNoticeId, newOpeningId, parseSiteId } from '#protocol/ids.ts'
import { createApiKey, noteApiKeyUses, revokeApiKey } from '#store/jobs/api-keys.ts'
import { chargeOld, decide } from '#store/jobs/decide.ts'
import { markNotSent, markUnconfirmed, withdraw } from '#store/jobs/end-opening.ts'
import { keepSurplus } from '#store/jobs/keep-surplus.ts'
import { createLock, giveLockKey, reflashLock, retireLock, updateLock } from '#store/jobs/locks.ts'
import { keepNotices, noteNoticeTry } from '#store/jobs/notices.ts'
import { pinSite } from '#store/jobs/pin-site.ts'
import { recordJoin, recordSiteEvent } from '#store/jobs/record.ts'
import { recover } from '#store/jobs/recover.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { sweepRevokedKeys } from '#store/jobs/revoke-keys-of-lock.ts'
import { resign, settle } from '#store/jobs/settle.ts'
import { createTempKey, revokeTempKey, updateTempKey } from '#store/jobs/temp-keys.ts'
import { prepareReads } from '#store/tables/reads.ts'
import { prepareTransaction } from '#store/tables/transaction.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { inOneGo } from '#test/store/support/in-one-go.ts'
import {
  keyUuid,
  lockId,
  newAck,
  newCommand,
  newKey,
  newLock,
  newReserve,
  T0,
  valid,
} from '#test/store/support/store-site.ts'
import { apiKeyId, org, user } from '#test/support/ids.ts'

const site = directTransaction()
afterAll(site.end)

/** Small by nature, bounded by a LIMIT, or the partial index that holds only what is not settled. */
const API_KEY = apiKeyId('0123456789abcdef')

const MAY_SCAN = [
  /^SCAN meta$/,
  /^SCAN CONSTANT ROW$/,
  /^SCAN locks( USING COVERING INDEX locks_of_public_key)?$/,
  /^SCAN api_keys$/,
  // One row for each recipient.
  /^SCAN notice_desks$/,
  /^SCAN notices USING INDEX notices_waiting$/,
  /^SCAN key_revocations$/,
  // By its rowid: the last one, or a page of them.
  /^SCAN (events|site_events|event_hours)$/,
  /^SCAN \(subquery-\d+\)$/,
  /^SCAN openings USING (COVERING )?INDEX openings_(reserved|unconfirmed)$/,
  /^SCAN o USING INDEX openings_unconfirmed$/,
  /^SCAN commands USING (COVERING )?INDEX commands_one_in_flight$/,
  // The locks that may be swept, which whoever asks has named.
  /^SCAN json_each VIRTUAL TABLE INDEX 1:$/,
  // A subquery with a LIMIT.
  /^SCAN looked_at$/,
  /^SCAN alarms USING INDEX alarms_standing$/,
  // By its rowid: the newest of them.
  /^SCAN alarms$/,
]
const badStepsOf = (database: Database.Database, statements: ReadonlySet<string>) =>
  [...statements].flatMap((sql) =>
    database
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .filter(({ detail }) => /^SCAN|TEMP B-TREE/.test(detail) && !MAY_SCAN.some((allowed) => allowed.test(detail)))
      .map(({ detail }) => `${detail}: ${sql}`),
  )

function recording(): { database: Database.Database; statements: Set<string> } {
  const statements = new Set<string>()
  const verbose = (sql?: unknown) => {
    if (typeof sql === 'string' && /^\s*(SELECT|INSERT|UPDATE|DELETE)/.test(sql)) statements.add(sql)
  }
  return { database: new Database(site.database.name, { verbose }), statements }
}

test('no read walks through a table', () => {
  const { database, statements } = recording()
  const reads = prepareReads(database)
  const page = { limit: 10, cursor: '5' }
  reads.findTempKey(keyUuid(1))
  reads.tempKeyRow(1)
  reads.newestTempKeys(null, 10)
  for (const includeRevoked of [true, false]) {
    const lists = [
      reads.listTempKeys(null, { ...page, includeRevoked }),
      reads.listTempKeys(lockId(1), { ...page, includeRevoked }),
      reads.listTempKeys(lockId(1), { ...page, includeRevoked, newest: true }),
      reads.listTempKeys(lockId(1), { ...page, includeRevoked, status: { is: 'valid', atMs: T0 } }),
    ]
    for (const list of lists) while (list.next().done !== true);
  }
  const { openingId, command } = newReserve(lockId(1), keyUuid(1))
  reads.findOpening(openingId)
  reads.openingsThatBegin('AbCdE', 10)
  expect(() => reads.openingByRowId(1)).toThrow('an opening is not there')
  reads.latestOpening(keyUuid(1))
  reads.latestOpeningOf(lockId(1))
  reads.latestOpenings(0, 250)
  reads.unansweredCommands(openingId)
  reads.unansweredCommandsOf(lockId(1), null, 10)
  reads.locksWithUnconfirmed('all')
  reads.locksWithUnconfirmed([lockId(1)])
  reads.reservedOpeningIds('all', 10)
  reads.unsettledOpenings(10)
  reads.unsettledOf(lockId(1), 10)
  reads.batteryReplacedAtMs(lockId(1))
  reads.alarmsOfLock(lockId(1), 10)
  reads.oldestUnsettledOf(keyUuid(1))
  reads.knownWord(newAck(command, 'opened'))
  reads.findApiKey(API_KEY)
  reads.boundCommand(command.commandId, command.commandHash, lockId(1))
  reads.commandsOf(1)
  reads.eventsOf(lockId(1), { afterVersion: 0, limit: 10 })
  reads.lastSeq()
  reads.lastStoredMs()
  reads.findIdempotent('scope', T0)
  reads.findLock(lockId(1))
  reads.listLocks()
  reads.pinnedSite()
  reads.countKeysNotRevoked(lockId(1))
  reads.countGoodKeys(lockId(1), T0)
  reads.standingAlarms(10)
  reads.standingAlarm('lock-offline', lockId(1))
  reads.notArrived(T0, 10)
  reads.findAlarm(1)
  reads.mutesAt(T0)
  for (const includePast of [true, false]) reads.alarmsBefore({ beforeId: 9, limit: 10, includePast })
  reads.listApiKeys()
  reads.recentAlarms(T0, 10)
  inOneGo(reads.countAlarms(T0))
  reads.waitingNotices(10)
  reads.noticeDesks()
  reads.deliveryRecords()
  reads.countNotices(T0, 10)
  inOneGo(reads.feedAfter(0, null, 10))
  inOneGo(reads.feedAfter(0, new Set([lockId(1), lockId(2)]), 10))
  const many = Array.from({ length: 101 }, (_, index) => lockId(index + 1))
  inOneGo(reads.feedAfter(0, new Set(many), 10))
  for (const locks of [null, new Set([lockId(1)]), new Set(many)]) {
    const log = { before: { seq: 1_000, site: 0 }, after: { seq: 0, site: 0 }, locks, withSite: true, types: null }
    inOneGo(reads.logBefore({ ...log, sinceMs: T0, untilMs: T0 + 1, limit: 10, isWanted: () => true }))
  }
  reads.lastSiteEvent()
  for (const includeRevoked of [true, false]) {
    for (const locks of [null, new Set([lockId(1)]), new Set(many)]) {
      inOneGo(reads.searchTempKeys({ before: null, limit: 10, locks, includeRevoked, isWanted: () => true }))
    }
  }
  expect(statements.size).toBeGreaterThanOrEqual(18)
  expect(badStepsOf(site.database, statements)).toEqual([])
  database.close()
})

test('no change walks through a table, nor does the recovery at a start', () => {
  const { database, statements } = recording()
  const tx = prepareTransaction(database)
  const by = { kind: 'owner' } as const
  createLock(tx, { lock: newLock(1), by, atMs: T0 })
  updateLock(tx, { lockId: lockId(1), changes: { name: 'x' }, by, atMs: T0 })
  updateLock(tx, { lockId: lockId(1), changes: { owner: user('x') }, how: { revokeKeys: true }, by, atMs: T0 })
  createLock(tx, { lock: newLock(2, { publicKeyPem: null, mqttPasswordHash: null }), by, atMs: T0 })
  const key = { publicKeyPem: 'PEM 2', keyMadeBy: 'lock', mqttPasswordHash: 'hash' } as const
  const program = { kind: 'service', organization: org('acme') } as const
  const prepared = newLock(3, { publicKeyPem: null, mqttPasswordHash: null })
  createLock(tx, { lock: prepared, by: program, atMs: T0, limits: { ofOne: 1, inAll: 1 } })
  giveLockKey(tx, { lockId: lockId(2), key, takeOver: true, by, atMs: T0 })
  const reflash = {
    key: { publicKeyPem: 'PEM 3', keyMadeBy: 'lock' },
    mqttPasswordHash: 'other',
    former: null,
  } as const
  reflashLock(tx, { lockId: lockId(2), reflash, by, atMs: T0 })
  retireLock(tx, { lockId: lockId(2), by, atMs: T0 })
  createTempKey(tx, { key: newKey(1), by, atMs: T0 })
  updateTempKey(tx, { lockId: lockId(1), uuid: keyUuid(1), changes: { allowedUserIds: [], maxUses: 9 }, by, atMs: T0 })
  const apiKey = {
    id: API_KEY,
    secretHash: 'hash',
    organization: org('acme'),
    name: 'x',
    createdAtMs: T0,
    expiresAtMs: null,
  }
  createApiKey(tx, { ...apiKey, scopes: ['locks:read'] })
  noteApiKeyUses(tx, { uses: [{ id: API_KEY, atMs: T0 }] })
  revokeApiKey(tx, { id: API_KEY, atMs: T0 })
  const open = (idempotency: { scopeHash: string; requestHash: string } | null = null) => {
    const asked = newReserve(lockId(1), keyUuid(1), { idempotency })
    reserve(tx, asked)
    return asked
  }
  const one = open({ scopeHash: 's', requestHash: 'r' })
  const second = newCommand(one.openingId, lockId(1), keyUuid(1))
  resign(tx, { ack: newAck(one.command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  settle(tx, { ack: newAck(second, 'reset'), atMs: T0 })
  settle(tx, { ack: newAck(second, 'opened'), atMs: T0 })
  settle(tx, { ack: newAck(newCommand(newOpeningId(), lockId(1), null), 'opened'), atMs: T0 })
  markNotSent(tx, { openingId: open().openingId, reason: 'x', atMs: T0 })
  markUnconfirmed(tx, { openingId: open().openingId, reason: 'x', atMs: T0 })
  withdraw(tx, { openingId: open().openingId, reason: 'x', atMs: T0 })
  const further = [{ lockId: lockId(1), commandId: second.commandId, result: 'opened', times: 2 }] as const
  const orphan = newAck(newCommand(newOpeningId(), lockId(1), null), 'opened')
  keepSurplus(tx, { surplus: { further, orphans: [{ ack: orphan, times: 3, receipts: [] }] }, atMs: T0 })
  chargeOld(tx, { locks: 'all', startedBeforeMs: T0 + 1, atMs: T0 })
  const last = open()
  recordJoin(tx, { openingId: last.openingId, principal: by, isEvent: true, idempotency: null, atMs: T0 })
  recover(tx, { locks: 'all', atMs: T0 })
  decide(tx, { openingId: last.openingId, state: 'released', reason: 'x', by, atMs: T0 })
  revokeTempKey(tx, { uuid: keyUuid(1), by, atMs: T0 })
  createTempKey(tx, { key: newKey(2), by, atMs: T0 })
  updateLock(tx, { lockId: lockId(1), changes: { owner: null }, how: { revokeKeys: true }, by, atMs: T0 })
  sweepRevokedKeys(tx)
  pinSite(tx, { siteId: valid(parseSiteId('test')) })
  pinSite(tx, { siteId: valid(parseSiteId('other')) })
  recordSiteEvent(tx, { type: 'LogRead', atMs: T0, data: {} })
  tx.keepLastTime(T0)
  tx.forgetOld(T0)
  tx.clear('x', null, T0)
  const notice: Notice = {
    ...{ id: newNoticeId(), recipient: 'night', severity: 'warning', sort: 'test' },
    ...{ title: 'x', lines: [], alarms: [], madeAtMs: T0 },
  }
  keepNotices(tx, { notices: [notice], desks: [{ recipient: 'night', state: '{}' }], atMs: T0 })
  for (const tried of [
    { kind: 'failed', cause: 'x', nextTryAtMs: T0 },
    { kind: 'given-up', cause: 'x' },
    { kind: 'delivered' },
  ] as const) {
    noteNoticeTry(tx, { id: notice.id, tried, atMs: T0 })
  }
  expect(statements.size).toBeGreaterThan(40)
  expect(badStepsOf(site.database, statements)).toEqual([])
  database.close()
})
