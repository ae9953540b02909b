import { describe, expect, test } from 'vitest'
import {
  countDoors,
  type DoorAlarm,
  type DoorFacts,
  type DoorRow,
  doorRowOf,
  groupDoors,
  matchesFilter,
  problemRank,
} from '#domain/locks/door-board.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockPresence } from '#domain/locks/lock-link.ts'
import { parseLockId } from '#protocol/ids.ts'
import { aLock, present } from '#test/http/support/route-samples.ts'

const NOW_MS = Date.parse('2026-11-24T12:00:00Z')
const ONLINE: LockPresence = {
  ...{ online: true, answers: true, offlineCause: null, sinceMs: NOW_MS - 60_000, lastSeenMs: NOW_MS - 5_000 },
  ...{ door: 'closed', batteryPercent: 80 },
}
const AWAY: LockPresence = { ...ONLINE, online: false, answers: false, offlineCause: 'no-answer' }

const facts = (lock: Partial<Lock>, difference: Partial<DoorFacts> = {}): DoorFacts => ({
  ...{ lock: aLock(lock), presence: ONLINE, hello: null, lastOpening: null, alarms: [], mutedUntilMs: null },
  ...{ hasArrived: true, ...difference },
})
const row = (lock: Partial<Lock> = {}, difference: Partial<DoorFacts> = {}): DoorRow =>
  doorRowOf(facts(lock, difference))
const numbered = (number: number, name: string, area: string | null, difference: Partial<DoorFacts> = {}): DoorRow =>
  row({ lockId: present(parseLockId(String(number))), name, area }, difference)
const alarm = (difference: Partial<DoorAlarm> = {}): DoorAlarm => ({
  ...{ kind: 'lock-jammed', severity: 'warning', sinceMs: NOW_MS, isAcknowledged: false, ...difference },
})

test.for([
  ['online', {}, {}, null],
  ['offline', {}, { presence: AWAY }, 'no-answer'],
  ['never-seen', {}, { presence: AWAY, hasArrived: false }, 'never-came'],
  ['not-keyed', { publicKeyPem: null }, { presence: AWAY }, 'no-key'],
  ['retired', { retiredAtMs: NOW_MS }, {}, 'retired'],
] as const)('a door that is %s is told apart from every other', ([state, lock, difference, why]) => {
  expect(row(lock, difference)).toMatchObject({ state, why })
})

test('a door that is away keeps what it said last, and when', () => {
  expect(row({}, { presence: AWAY })).toMatchObject({ batteryPercent: 80, lastSeenMs: AWAY.lastSeenMs })
})

test('a door that was away before the gateway started is away since its alarm says, until it is heard again', () => {
  const unheard = { ...AWAY, sinceMs: null, lastSeenMs: null }
  const [wentMs, alarms] = [NOW_MS - 9_000_000, [alarm(), alarm({ kind: 'lock-offline', sinceMs: NOW_MS - 9_000_000 })]]
  expect(row({}, { presence: unheard, alarms })).toMatchObject({ state: 'offline', sinceMs: wentMs })
  expect(row({}, { presence: unheard, alarms: [alarm()] }).sinceMs).toBeNull()
  expect(row({}, { presence: AWAY, alarms }).sinceMs).toBe(AWAY.sinceMs)
  expect(row({}, { presence: ONLINE, alarms }).sinceMs).toBe(ONLINE.sinceMs)
})

describe('what has to be seen to', () => {
  test.for([
    [0, {}, { alarms: [alarm({ severity: 'critical' })] }],
    [1, {}, { presence: AWAY }],
    [2, {}, { alarms: [alarm()] }],
    [3, {}, { presence: AWAY, hasArrived: false }],
    [4, {}, { alarms: [alarm({ severity: 'notice' })] }],
    [null, {}, {}],
    [null, {}, { alarms: [alarm({ isAcknowledged: true })] }],
    [null, { publicKeyPem: null }, { presence: AWAY }],
    [null, { retiredAtMs: NOW_MS }, { presence: AWAY, alarms: [alarm()] }],
  ] as const)('has the rank %s', ([rank, lock, difference]) => {
    expect(problemRank(row(lock, difference))).toBe(rank)
  })

  test('stands first, the worst before all, and then every area by its name', () => {
    const rows = [
      numbered(1, 'B', 'Cellar'),
      numbered(2, 'Door 10', null),
      numbered(3, 'Door 9', null),
      numbered(4, 'Away', 'Cellar', { presence: AWAY }),
      numbered(5, 'Contested', 'Attic', { alarms: [alarm({ severity: 'critical' })] }),
      numbered(6, 'A', 'Attic'),
    ]
    const { compare } = new Intl.Collator('en', { numeric: true })
    const groups = groupDoors(rows, compare).map((group) => [
      group.kind === 'area' ? group.area : group.kind,
      group.rows.map(({ name }) => name),
    ])
    expect(groups).toEqual([
      ['problems', ['Contested', 'Away']],
      ['Attic', ['A']],
      ['Cellar', ['B']],
      [null, ['Door 9', 'Door 10']],
    ])
  })
})

test('retired doors are in no count but their own, and shown to who asks for them alone', () => {
  const rows = [numbered(1, 'One', null), row({ retiredAtMs: NOW_MS }, { mutedUntilMs: NOW_MS + 1 })]
  expect(countDoors(rows)).toMatchObject({ all: 1, muted: 0, states: { online: 1, retired: 1 } })
  const shown = (state: DoorRow['state'] | null) =>
    rows.filter((each) => matchesFilter(each, { text: null, state, area: null }))
  expect(shown(null)).toHaveLength(1)
  expect(shown('retired')).toHaveLength(1)
})

test.for([
  [{ text: 'MAIN' }, true],
  [{ text: '17' }, true],
  [{ text: 'cell' }, true],
  [{ text: 'attic' }, false],
  [{ area: 'Cellar' }, true],
  [{ area: 'cell' }, false],
  [{ state: 'alarms' }, true],
  [{ state: 'muted' }, false],
  [{ state: 'online', text: 'main' }, true],
  [{ state: 'offline' }, false],
] as const)('%o finds the door: %s', ([asked, isFound]) => {
  const door = numbered(17, 'Main entrance', 'Cellar', { alarms: [alarm()] })
  expect(matchesFilter(door, { text: null, state: null, area: null, ...asked })).toBe(isFound)
})
