import { describe, expect, test } from 'vitest'
import {
  type BoundCommand,
  isJudgedByOthers,
  judgeSettle,
  mustBeDueToResign,
  type OtherCommand,
} from '#domain/openings/judge-settle.ts'
import type { OpeningState } from '#domain/openings/opening.ts'
import type { JudgedOpening } from '#domain/openings/opening-change.ts'
import { keyRefOf, newOpeningId } from '#protocol/ids.ts'
import { ACK_RESULTS, type AckResult } from '#protocol/limits.ts'
import { anOpening } from '#test/domain/support/judged.ts'
import { keyUuid, lockId, newAck, newCommand, T0 } from '#test/store/support/store-site.ts'

const keyRef = keyRefOf(keyUuid(1))
const bound = (opening: JudgedOpening, difference: Partial<BoundCommand> = {}): BoundCommand => ({
  ...{ opening, keyRef, state: 'in-flight', attempt: 1, said: [] },
  ...difference,
})
const ackOf = ({ openingId }: JudgedOpening, result: AckResult, reason: string | null = null) =>
  newAck(newCommand(openingId, lockId(1), keyUuid(1)), result, { reason })

/** What becomes of an opening by one word: its state and reason, and by how much the key's counters move. */
function becomes(
  opening: JudgedOpening,
  result: AckResult,
  others: readonly OtherCommand[] = [],
  difference: Partial<BoundCommand> = {},
): string {
  const verdict = judgeSettle(ackOf(opening, result), bound(opening, difference), others, T0 + 9)
  if (verdict.kind === 'repeat' || verdict.change === null) return verdict.kind
  const { after, counters } = verdict.change
  return `${after.state} ${after.reason ?? '-'} used ${counters.used} held ${counters.held}`
}

describe('the first word on an opening’s one command', () => {
  test.each<[OpeningState, AckResult, string]>([
    ['reserved', 'opened', 'opened - used 1 held -1'],
    ['reserved', 'refused', 'refused - used 0 held -1'],
    ['reserved', 'jammed', 'jammed jammed used 0 held -1'],
    ['reserved', 'not-executed', 'not-opened not-executed used 0 held -1'],
    ['reserved', 'reset', 'unconfirmed reset used 0 held 0'],
    ['unconfirmed', 'opened', 'opened - used 1 held -1'],
    ['unconfirmed', 'refused', 'refused - used 0 held -1'],
    ['unconfirmed', 'jammed', 'jammed jammed used 0 held -1'],
    ['unconfirmed', 'not-executed', 'not-opened not-executed used 0 held -1'],
    ['unconfirmed', 'reset', 'unconfirmed reset used 0 held 0'],
    // A signed `opened` is the truth, whatever was decided before; every other word is evidence then.
    ['charged', 'opened', 'opened - used 0 held 0'],
    ['released', 'opened', 'opened - used 1 held 0'],
    ['refused', 'opened', 'opened - used 1 held 0'],
    ['not-sent', 'opened', 'opened - used 1 held 0'],
    ['opened', 'opened', 'evidence'],
    ...(['charged', 'released', 'opened', 'refused', 'jammed', 'not-opened', 'not-sent'] as const).flatMap((state) =>
      (['refused', 'jammed', 'not-executed', 'reset'] as const).map((result): [OpeningState, AckResult, string] => [
        state,
        result,
        'evidence',
      ]),
    ),
  ])('%s, %s: %s', (state, result, expected) => {
    expect(becomes(anOpening(state), result)).toBe(expected)
  })

  test('names the lock’s own reason for a refusal', () => {
    const opening = anOpening('reserved')
    const verdict = judgeSettle(ackOf(opening, 'refused', 'privacy'), bound(opening), [], T0)
    expect(verdict).toMatchObject({ change: { after: { state: 'refused', reason: 'privacy' } } })
  })
})

test.each<[AckResult, string | null, readonly string[]]>([
  ['jammed', null, ['lock-jammed']],
  ['refused', 'battery', ['lock-refused-by-battery']],
  ['refused', 'privacy', []],
  ['opened', null, []],
  ['not-executed', null, []],
])('%s for %s raises %j, for a person stood before that door', (result, reason, kinds) => {
  const opening = anOpening('reserved')
  const ack = ackOf(opening, result, reason)
  const verdict = judgeSettle(ack, bound(opening), [], T0)
  const sightings = verdict.kind === 'repeat' ? [] : verdict.sightings
  expect(sightings).toEqual(kinds.map((kind) => ({ kind, lockId: 1, about: ack.commandId, times: 1 })))
})

describe('an opening with a second command', () => {
  const refused: OtherCommand = { state: 'answered', said: ['refused'] }
  test.each<[string, OtherCommand, AckResult, string]>([
    ['the other never moved the bolt', refused, 'not-executed', 'not-opened not-executed used 0 held -1'],
    ['the other was withdrawn', { state: 'withdrawn', said: [] }, 'refused', 'refused - used 0 held -1'],
    ['the other may still run', { state: 'in-flight', said: [] }, 'refused', 'evidence'],
    [
      'the lock has said nothing of the other',
      { state: 'unanswered', said: [] },
      'refused',
      'unconfirmed contradiction used 0 held 0',
    ],
    [
      'the other may have moved the bolt',
      { state: 'answered', said: ['reset'] },
      'refused',
      'unconfirmed contradiction used 0 held 0',
    ],
    [
      'the other moved the bolt into a jam',
      { state: 'answered', said: ['jammed'] },
      'refused',
      'unconfirmed contradiction used 0 held 0',
    ],
    ['whatever the other did', { state: 'in-flight', said: [] }, 'opened', 'opened - used 1 held -1'],
  ])('gives no use back that a bolt may have moved for: %s', (_, other, result, expected) => {
    expect(becomes(anOpening('reserved'), result, [other], { attempt: 2 })).toBe(expected)
  })

  test('is asked about only where it can decide', () => {
    expect(ACK_RESULTS.filter(isJudgedByOthers)).toEqual(['refused', 'jammed', 'reset', 'not-executed'])
  })
})

describe('a lock that contradicts itself', () => {
  test.each<[readonly AckResult[], AckResult, string, boolean]>([
    [['refused'], 'opened', 'opened - used 1 held 0', true],
    [['opened'], 'refused', 'evidence', true],
    [['opened'], 'jammed', 'evidence', true],
    [['jammed'], 'opened', 'opened - used 1 held 0', true],
    [['opened'], 'reset', 'evidence', false],
    [['refused'], 'not-executed', 'evidence', false],
    [['reset'], 'refused', 'unconfirmed contradiction used 0 held 0', true],
    [['reset'], 'jammed', 'jammed jammed used 0 held -1', false],
  ])('after %j says %s: %s, alarmed: %s', (said, result, expected, isAlarmed) => {
    const state = said.includes('opened') ? 'opened' : said.includes('reset') ? 'reserved' : 'refused'
    const opening = anOpening(state)
    expect(becomes(opening, result, [], { state: 'answered', said })).toBe(expected)
    const verdict = judgeSettle(ackOf(opening, result), bound(opening, { said }), [], T0)
    if (verdict.kind === 'repeat') return expect.fail('no repeat')
    const contradictions = verdict.sightings.filter(({ kind }) => kind === 'lock-contradicts-itself')
    expect(contradictions.map(({ kind }) => kind)).toEqual(isAlarmed ? ['lock-contradicts-itself'] : [])
  })

  test('says nothing new with a result that it has said already', () => {
    for (const result of ACK_RESULTS) {
      expect(becomes(anOpening('unconfirmed'), result, [], { said: [result] })).toBe('repeat')
    }
  })
})

describe('a word that settles an opening', () => {
  test('is told with the evidence, and a use that it spends after it', () => {
    const opening = anOpening('unconfirmed', { maxUses: 1 })
    const ack = ackOf(opening, 'opened')
    const verdict = judgeSettle(ack, bound(opening), [], T0 + 9)
    if (verdict.kind !== 'settled' || verdict.change === null) return expect.fail(verdict.kind)
    const { after, events, sightings } = verdict.change
    expect(after).toMatchObject({ settledAtMs: T0 + 9, usedCountAfter: 1, heldCountNow: 0, corrected: false })
    expect(events.map(({ type }) => type)).toEqual(['LockOpened', 'TempKeyUsed'])
    const { commandId, commandHash, journalSeq, keyGeneration } = ack
    expect(events[0]?.chained).toMatchObject({
      ...{ commandId, commandHash, journalSeq, keyGeneration, keyRef, openingId: opening.openingId },
      ...{ corrected: false, reason: null, result: 'opened' },
    })
    expect(events[1]?.chained).toEqual({ keyRef, maxUses: 1, openingId: opening.openingId, usedCount: 1 })
    expect(sightings).toEqual([])
  })

  test('that comes after another final state corrects it, and alarms a key that is overused by it', () => {
    const opening = anOpening('released', { usedCountNow: 2, heldCountNow: 0, usedCountAfter: 1, maxUses: 2 })
    const verdict = judgeSettle(ackOf(opening, 'opened'), bound(opening, { state: 'unanswered' }), [], T0)
    if (verdict.kind !== 'settled' || verdict.change === null) return expect.fail(verdict.kind)
    expect(verdict.change).toMatchObject({ isOveruse: true, after: { corrected: true, usedCountAfter: 3 } })
    expect(verdict.change.sightings).toEqual([{ kind: 'key-overused', lockId: 1, about: keyRef, times: 1 }])
  })

  test('of an opening without a key moves no counter and spends no use', () => {
    const none = { tempKeyUuid: null, usedCountNow: null, heldCountNow: null, maxUses: null }
    const verdict = judgeSettle(
      ackOf(anOpening('reserved'), 'opened'),
      bound(anOpening('reserved', none), { keyRef: null }),
      [],
      T0,
    )
    if (verdict.kind !== 'settled' || verdict.change === null) return expect.fail(verdict.kind)
    expect(verdict.change.events.map(({ type }) => type)).toEqual(['LockOpened'])
    expect(verdict.change.after).toMatchObject({ state: 'opened', usedCountAfter: null, usedCountNow: null })
  })
})

describe('a command is signed once more', () => {
  const opening = anOpening('reserved')
  const ack = newAck(newCommand(opening.openingId, lockId(1), keyUuid(1)), 'refused', { reason: 'counter' })
  const command = newCommand(opening.openingId, lockId(1), keyUuid(1))
  const due = bound(opening)
  const asked = { ack, command, atMs: T0 }

  test('when the first one, in flight, was refused for its freshness', () => {
    expect(() => mustBeDueToResign(asked, due)).not.toThrow()
  })

  test.each<[string, typeof asked, typeof due | null]>([
    ['there is no such command', asked, null],
    ['it is the second already', asked, { ...due, attempt: 2 }],
    ['its request has ended', asked, { ...due, state: 'unanswered' }],
    ['the refusal was settled meanwhile', asked, { ...due, state: 'answered' }],
    ['the opening is no more reserved', asked, bound(anOpening('refused'))],
    ['the lock was refused for another reason', { ...asked, ack: { ...ack, reason: 'privacy' } }, due],
    ['the lock said something else', { ...asked, ack: { ...ack, result: 'reset' } }, due],
    ['it was made for another opening', { ...asked, command: { ...command, openingId: newOpeningId() } }, due],
    ['it was made for another lock', { ...asked, command: { ...command, lockId: lockId(2) } }, due],
  ])('never when %s', (_, wrong, found) => {
    expect(() => mustBeDueToResign(wrong, found)).toThrow(/signed again|another opening or lock/)
  })
})
