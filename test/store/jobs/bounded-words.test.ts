import { afterAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { newOpeningId } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import { markUnconfirmed, withdraw } from '#store/jobs/end-opening.ts'
import { keepSurplus } from '#store/jobs/keep-surplus.ts'
import { createLock } from '#store/jobs/locks.ts'
import { reserve } from '#store/jobs/reserve.ts'
import { resign, settle } from '#store/jobs/settle.ts'
import { createTempKey } from '#store/jobs/temp-keys.ts'
import { directTransaction } from '#test/store/support/direct-transaction.ts'
import { keyUuid, lockId, newAck, newCommand, newKey, newLock, newReserve, T0 } from '#test/store/support/store-site.ts'

const { database, tx, end } = directTransaction()
afterAll(end)

let doors = 0
let door = lockId(1)
let key = keyUuid(1)
/** Each test has a lock and a key of its own. */
beforeEach(() => {
  doors += 1
  door = lockId(doors)
  key = keyUuid(doors)
  createLock(tx, { lock: newLock(doors), by: { kind: 'owner' }, atMs: T0 })
  createTempKey(tx, { key: newKey(doors, { lockId: door }), by: { kind: 'owner' }, atMs: T0 })
})

function reserved() {
  const asked = newReserve(door, key)
  expect(reserve(tx, asked).kind).toBe('reserved')
  return asked
}
const settled = (ack: Parameters<typeof newAck>) => settle(tx, { ack: newAck(...ack), atMs: T0 })
const orphanOf = (result: AckResult) => newAck(newCommand(newOpeningId(), door, null), result)
const counters = () => {
  const found = tx.findTempKey(key)
  return { used: found?.usedCount, held: found?.heldCount }
}

const keptRow = z.object({ result: z.string(), message: z.string(), keptAs: z.string(), further: z.number() })
const keptAcks = () =>
  z
    .array(keptRow)
    .parse(
      database
        .prepare('SELECT result, message, kept_as AS keptAs, further FROM acks WHERE lock_id = ? ORDER BY id')
        .all(door),
    )
const eventsOf = (type: string) =>
  tx.eventsOf(door, { afterVersion: 0, limit: 500 }).filter((event) => event.type === type)
const standingAlarms = () => tx.standingAlarms(99).filter((alarm) => alarm.lockId === door)

test('of one command each result is kept once, with how often it was said more, whatever a lock signs', () => {
  const { command } = reserved()
  for (let again = 0; again < 100; again += 1) settled([command, 'opened'])
  for (let again = 0; again < 100; again += 1) settled([command, 'reset'])
  expect(keptAcks()).toMatchObject([
    { result: 'opened', further: 0 },
    { result: 'reset', further: 0 },
  ])
  const word = { lockId: door, commandId: command.commandId, result: 'opened' } as const
  for (const times of [11_400, 5]) {
    keepSurplus(tx, { surplus: { further: [{ ...word, times }], orphans: [] }, atMs: T0 })
  }
  expect(keptAcks()).toMatchObject([
    { result: 'opened', further: 11_405 },
    { result: 'reset', further: 0 },
  ])
  expect(eventsOf('LockOpened')).toHaveLength(1)
  expect(counters()).toEqual({ used: 1, held: 0 })
})

test('what another lock says of a command is counted at no ack of it', () => {
  const { command } = reserved()
  settled([command, 'opened'])
  const word = { lockId: lockId(doors + 1_000), commandId: command.commandId, result: 'opened', times: 9 } as const
  keepSurplus(tx, { surplus: { further: [word], orphans: [] }, atMs: T0 })
  expect(keptAcks()).toMatchObject([{ further: 0 }])
})

test('knows what is stored of a word by its command, hash, lock and result', () => {
  const { command } = reserved()
  const opened = newAck(command, 'opened')
  expect(tx.knownWord(opened)).toBe('unsaid')
  settle(tx, { ack: opened, atMs: T0 })
  expect(tx.knownWord(opened)).toBe('said')
  expect(tx.knownWord(newAck(command, 'opened'))).toBe('said-in-other-bytes')
  expect(tx.knownWord(newAck(command, 'jammed'))).toBe('unsaid')
  const other = newCommand(newOpeningId(), door, null)
  expect(tx.knownWord({ ...opened, commandHash: other.commandHash })).toBe('unknown-command')
  expect(tx.knownWord({ ...opened, commandId: other.commandId })).toBe('unknown-command')
  expect(tx.knownWord({ ...opened, lockId: lockId(doors + 1_000) })).toBe('unknown-command')
})

test('of orphans the first and the last of each result are kept, and a count between: an hour of them is four rows', () => {
  const [first, refused] = [orphanOf('opened'), orphanOf('refused')]
  for (const ack of [first, refused]) settle(tx, { ack, atMs: T0 })
  let last = first
  for (let minute = 1; minute <= 60; minute += 1) {
    last = orphanOf('opened')
    const orphans = [
      { ack: last, times: 60_000, receipts: [] },
      { ack: orphanOf('refused'), times: 2, receipts: [] },
    ]
    keepSurplus(tx, { surplus: { further: [], orphans }, atMs: T0 + minute * 60_000 })
  }
  expect(keptAcks().sort((a, b) => a.result.localeCompare(b.result) || a.keptAs.localeCompare(b.keptAs))).toMatchObject(
    [
      { result: 'opened', message: first.message, keptAs: 'first', further: 60 * 60_000 - 1 },
      { result: 'opened', message: last.message, keptAs: 'last', further: 0 },
      { result: 'refused', message: refused.message, keptAs: 'first', further: 119 },
      { result: 'refused', keptAs: 'last', further: 0 },
    ],
  )
  expect(eventsOf('AckOrphaned')).toHaveLength(2)
  expect(standingAlarms()).toMatchObject([
    { kind: 'ack-orphaned', count: 60 * 60_002 + 2, sinceMs: T0, lastSeenMs: T0 + 3_600_000 },
  ])
})

test('the orphans of a minute whose first was stored by no one are kept as well', () => {
  const ack = orphanOf('jammed')
  keepSurplus(tx, { surplus: { further: [], orphans: [{ ack, times: 40, receipts: [] }] }, atMs: T0 })
  expect(keptAcks()).toMatchObject([{ message: ack.message, keptAs: 'first', further: 39 }])
  expect(eventsOf('AckOrphaned')).toHaveLength(1)
})

test('a refused second command frees no use while the first may have moved the bolt', () => {
  const { openingId, command } = reserved()
  const second = newCommand(openingId, door, key)
  resign(tx, { ack: newAck(command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  // The lock takes back what it has said of the first: it may have moved.
  settled([command, 'reset'])
  expect(settled([second, 'refused', { reason: 'lockdown' }]).opening).toMatchObject({ state: 'unconfirmed' })
  expect(counters()).toEqual({ used: 0, held: 1 })
  expect(standingAlarms()).toMatchObject([{ kind: 'lock-contradicts-itself' }])
})

test('a withdrawn opening frees its use, whichever of its commands was stored, and one that was not is none', () => {
  const once = reserved()
  expect(withdraw(tx, { openingId: once.openingId, reason: 'store-failed', atMs: T0 })).toMatchObject({
    state: 'not-sent',
    reason: 'store-failed',
  })
  const twice = reserved()
  const second = newCommand(twice.openingId, door, key)
  resign(tx, { ack: newAck(twice.command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  withdraw(tx, { openingId: twice.openingId, reason: 'store-failed', atMs: T0 })
  expect(counters()).toEqual({ used: 0, held: 0 })
  expect(tx.unansweredCommands(twice.openingId)).toEqual([])
  expect(withdraw(tx, { openingId: newOpeningId(), reason: 'store-failed', atMs: T0 })).toBeNull()
})

test('a withdrawal changes nothing of an opening that is unconfirmed or settled', () => {
  const opened = reserved()
  settled([opened.command, 'opened'])
  const silent = reserved()
  markUnconfirmed(tx, { openingId: silent.openingId, reason: 'silent', atMs: T0 })
  for (const [{ openingId }, state] of [
    [opened, 'opened'],
    [silent, 'unconfirmed'],
  ] as const) {
    expect(withdraw(tx, { openingId, reason: 'store-failed', atMs: T0 })).toMatchObject({ state })
  }
  expect(counters()).toEqual({ used: 1, held: 1 })
})

test('a further word on the first command frees no use while the second is silent: that one may have moved the bolt', () => {
  const { openingId, command } = reserved()
  const second = newCommand(openingId, door, key)
  resign(tx, { ack: newAck(command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  markUnconfirmed(tx, { openingId, reason: 'silent', atMs: T0 })
  expect(settled([command, 'not-executed']).opening).toMatchObject({ state: 'unconfirmed' })
  expect(counters()).toEqual({ used: 0, held: 1 })
  expect(settled([second, 'not-executed']).opening).toMatchObject({ state: 'not-opened' })
  expect(counters()).toEqual({ used: 0, held: 0 })
})

test('a command is not signed anew once its refusal is settled, once its flight is over, nor a second time', () => {
  const anew = ({ openingId, command }: ReturnType<typeof reserved>) =>
    resign(tx, {
      ack: newAck(command, 'refused', { reason: 'counter' }),
      command: newCommand(openingId, door, key),
      atMs: T0,
    })
  const refused = reserved()
  settled([refused.command, 'refused', { reason: 'counter' }])
  expect(() => anew(refused)).toThrow('signed again')

  const silent = reserved()
  markUnconfirmed(tx, { openingId: silent.openingId, reason: 'silent', atMs: T0 })
  expect(() => anew(silent)).toThrow('signed again')

  const twice = reserved()
  const second = newCommand(twice.openingId, door, key)
  resign(tx, { ack: newAck(twice.command, 'refused', { reason: 'counter' }), command: second, atMs: T0 })
  expect(() => anew(twice)).toThrow('signed again')
  expect(() => anew({ ...twice, command: second })).toThrow('signed again')
  expect(counters()).toEqual({ used: 0, held: 2 })
})
