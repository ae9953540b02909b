import { describe, expect, test } from 'vitest'
import type { LogRow } from '#domain/events/event-log.ts'
import type { EventData, LockEventType } from '#domain/events/events.ts'
import { logEntryOf } from '#domain/events/judge-log-entry.ts'
import { namesGuest, withoutPersonal } from '#domain/events/log-entry.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { keyUuid, lockId, T0 } from '#test/store/support/store-site.ts'

const openingId = newOpeningId()
const names = {
  lock: () => ({ name: 'Side entrance', area: 'ground floor' }),
  apiKey: (id: string) => (id === '0123456789abcdef' ? 'front desk' : null),
}
const rowOf = (
  type: LockEventType,
  chained: EventData,
  { plain = {}, principal = null, description = null }: Given = {},
): LogRow => ({
  kind: 'lock',
  event: { seq: 7, version: 3, lockId: lockId(1), type, atMs: T0 + 900, chained, plain },
  opening:
    principal === null
      ? null
      : {
          ...{ principal, startedAtMs: T0, state: 'opened', reason: null, corrected: false, settledAtMs: T0 + 900 },
          ...{ sentAfterMs: 4, ackedAfterMs: 890, isTest: false },
        },
  key: description === null ? null : { description },
})
interface Given {
  plain?: EventData
  principal?: string | null
  description?: string | null
}
const ofKey = { plain: { tempKeyUuid: keyUuid(1), userId: null } }

describe('an entry of the log', () => {
  test.each<[string, LockEventType, EventData, Given, object]>([
    [
      'a guest by what staff wrote of his key, with his way, the result and how long it took',
      'LockOpened',
      { openingId, result: 'opened', reason: null },
      { ...ofKey, principal: 'guest', description: 'Ada, week 48' },
      {
        who: { kind: 'guest', text: 'Ada, week 48' },
        ...{ way: 'link', result: 'opened', reason: null, tookMs: 900 },
        ...{ door: 'Side entrance', area: 'ground floor', kind: 'opening' },
      },
    ],
    [
      'a guest whose key nobody described as unknown',
      'LockOpened',
      { openingId },
      { ...ofKey, principal: 'guest' },
      { who: { kind: 'guest', text: null }, way: 'link' },
    ],
    [
      'a bolt that is stuck as jammed',
      'LockOpenRefused',
      { openingId, result: 'jammed', reason: 'jammed' },
      { ...ofKey, principal: 'guest' },
      { result: 'jammed', reason: 'jammed' },
    ],
    [
      'a program by its API key’s name, without a key',
      'LockOpened',
      { openingId, keyRef: null },
      { principal: 'organization:acme/api-key:0123456789abcdef' },
      { who: { kind: 'api-key', text: 'front desk (acme)' }, way: 'without-key', key: null },
    ],
    [
      'a program whose API key is gone by its organization',
      'LockUpdated',
      { changes: {}, updatedBy: 'organization:acme/api-key:ffffffffffffffff' },
      {},
      { who: { kind: 'api-key', text: 'acme' }, way: 'api', kind: 'door', result: null, tookMs: null },
    ],
    [
      'whoever sat at the command line',
      'TempKeyDeleted',
      { deletedBy: 'owner:ada' },
      ofKey,
      { who: { kind: 'owner', text: 'ada' }, way: 'command-line', kind: 'key' },
    ],
    [
      'who decided on an opening, not its guest, with his words',
      'OpeningCharged',
      { openingId, by: 'user:bob', reason: 'Ada was seen inside' },
      { ...ofKey, principal: 'guest', description: 'Ada' },
      { who: { kind: 'user', text: 'bob' }, result: 'charged', reason: null, note: 'Ada was seen inside', way: 'api' },
    ],
    [
      'an opening that was charged by its age as done by the gateway',
      'OpeningCharged',
      { openingId, by: 'age', reason: 'too-old' },
      { ...ofKey, principal: 'guest' },
      { who: { kind: 'gateway', text: null }, reason: 'too-old', note: null, way: 'gateway' },
    ],
    [
      'who was denied, and how often',
      'AccessDenied',
      { principal: 'user:eve', reason: 'not-whitelisted', count: 7 },
      { plain: { tempKeyUuid: keyUuid(1), userId: 'eve' } },
      { who: { kind: 'user', text: 'eve' }, result: 'denied', reason: 'not-whitelisted', count: 7, way: 'link' },
    ],
    [
      'a lock that said what nobody asked',
      'AckOrphaned',
      { result: 'opened' },
      {},
      { who: { kind: 'lock', text: 'Side entrance' }, way: 'lock', result: null },
    ],
    [
      'who saw to an alarm by the name that he gave',
      'AlarmAcknowledged',
      { acknowledgedBy: 'owner', name: 'Ada', word: 'oiled it', alarm: 'lock-jammed' },
      {},
      { who: { kind: 'owner', text: 'Ada' }, note: 'oiled it', kind: 'alarm' },
    ],
    [
      'who put new batteries in',
      'BatteryReplaced',
      { replacedBy: 'owner' },
      {},
      { who: { kind: 'owner' }, kind: 'door', result: null },
    ],
    [
      'nobody where nobody is known',
      'LockRetired',
      { retiredBy: 'somebody of another version' },
      {},
      { who: { kind: 'unknown', text: null }, way: 'unknown' },
    ],
  ])('names %s', (_, type, chained, given, expected) => {
    expect(logEntryOf(rowOf(type, chained, given), names)).toMatchObject(expected)
  })

  test('names a key by six characters, whether the event knows it by its UUID or its keyRef, and never by its link', () => {
    const byUuid = logEntryOf(rowOf('LockOpened', { openingId }, { ...ofKey, principal: 'guest' }), names)
    expect(byUuid.key?.mark).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/)
    expect(JSON.stringify(byUuid)).not.toContain(keyUuid(1))
  })

  test('of who read the log has no door, and stands behind the event that was the newest then', () => {
    const data = { by: 'owner:ada', what: 'door Lobby', count: 3 }
    const event = { id: 4, afterSeq: 9, type: 'LogRead', atMs: T0, data } as const
    expect(logEntryOf({ kind: 'site', event }, names)).toMatchObject({
      ...{ place: { seq: 9, site: 4 }, lockId: null, door: null, note: 'door Lobby', count: 3 },
      who: { kind: 'owner', text: 'ada' },
    })
  })
})

test('whoever may not see people reads the door, the mark and the reason, and neither guests nor their words', () => {
  const row = rowOf(
    'LockOpenRefused',
    { openingId, result: 'refused', reason: 'low-battery' },
    {
      ...ofKey,
      ...{ principal: 'user:ada', description: 'Ada, week 48' },
    },
  )
  const entry = logEntryOf(row, names)
  expect(namesGuest(entry)).toBe(true)
  const shown = withoutPersonal(entry)
  expect(namesGuest(shown)).toBe(false)
  expect(JSON.stringify(shown)).not.toMatch(/ada/i)
  expect(shown).toMatchObject({
    ...{ door: 'Side entrance', reason: 'low-battery', result: 'refused', who: { kind: 'user', text: null } },
    key: { description: null, mark: entry.key?.mark },
  })
  const decided = logEntryOf(rowOf('OpeningReleased', { openingId, by: 'owner', reason: 'Ada phoned' }), names)
  expect(JSON.stringify(withoutPersonal(decided))).not.toContain('Ada')
})
