import { expect, test } from 'vitest'
import { judgeDecision } from '#domain/openings/judge-decision.ts'
import { joinedEvent, judgeNotSent, judgeSilence } from '#domain/openings/judge-end.ts'
import { OPENING_STATES } from '#domain/openings/opening.ts'
import { keyRefOf } from '#protocol/ids.ts'
import { anOpening } from '#test/domain/support/judged.ts'
import { keyUuid, T0, userId } from '#test/store/support/store-site.ts'

const keyRef = keyRefOf(keyUuid(1))
const owner = { kind: 'owner' } as const

test('silence holds the use, and what was in flight has not been answered', () => {
  const opening = anOpening('reserved')
  const change = judgeSilence(opening, 'silent', T0 + 8)
  expect(change).toMatchObject({
    after: { state: 'unconfirmed', reason: 'silent', settledAtMs: null, usedCountAfter: null, heldCountNow: 1 },
    ...{ counters: { used: 0, held: 0 }, commandsBecome: 'unanswered', sightings: [] },
    events: [{ type: 'LockOpenUnconfirmed', chained: { openingId: opening.openingId, keyRef, reason: 'silent' } }],
  })
})

test('what was never sent gives its use back, and its command is withdrawn', () => {
  const change = judgeNotSent(anOpening('reserved'), 'lock-offline', T0 + 8)
  expect(change).toMatchObject({
    after: { state: 'not-sent', reason: 'lock-offline', settledAtMs: T0 + 8, usedCountAfter: 0, heldCountNow: 0 },
    ...{ counters: { used: 0, held: -1 }, commandsBecome: 'withdrawn' },
    events: [{ type: 'LockOpenNotSent', atMs: T0 + 8 }],
  })
})

test.each(OPENING_STATES.filter((state) => state !== 'reserved'))('neither changes an opening that is %s', (state) => {
  expect(judgeSilence(anOpening(state), 'silent', T0)).toBeNull()
  expect(judgeNotSent(anOpening(state), 'lock-offline', T0)).toBeNull()
})

test('a person charges what nobody knows: the use is spent, and told after the decision', () => {
  const decision = { state: 'charged', reason: 'seen inside', by: owner, atMs: T0 + 8 } as const
  const change = judgeDecision(anOpening('unconfirmed'), decision)
  expect(change).toMatchObject({
    after: { state: 'charged', reason: 'seen inside', settledAtMs: T0 + 8, usedCountAfter: 1 },
    ...{ counters: { used: 1, held: -1 }, commandsBecome: null, sightings: [] },
    events: [
      { type: 'OpeningCharged', chained: { by: 'owner', reason: 'seen inside', keyRef } },
      { type: 'TempKeyUsed' },
    ],
  })
})

test('or releases it: then nothing is spent', () => {
  const decision = { state: 'released', reason: 'door was shut', by: owner, atMs: T0 } as const
  const change = judgeDecision(anOpening('unconfirmed'), decision)
  expect(change).toMatchObject({ counters: { used: 0, held: -1 }, after: { state: 'released', usedCountAfter: 0 } })
  expect(change?.events.map(({ type }) => type)).toEqual(['OpeningReleased'])
})

test('age charges as a person does, and somebody is told of it', () => {
  const opening = anOpening('unconfirmed')
  const change = judgeDecision(opening, { state: 'charged', reason: 'too-old', by: 'age', atMs: T0 })
  expect(change?.events[0]?.chained).toMatchObject({ by: 'age', reason: 'too-old' })
  const { openingId: about } = opening
  expect(change?.sightings).toEqual([{ kind: 'opening-charged-by-age', lockId: 1, about, times: 1 }])
})

test('a charge that brings a key above its maximum is alarmed too', () => {
  const opening = anOpening('unconfirmed', { usedCountNow: 2 })
  const change = judgeDecision(opening, { state: 'charged', reason: 'too-old', by: 'age', atMs: T0 })
  expect(change?.sightings.map(({ kind }) => kind)).toEqual(['key-overused', 'opening-charged-by-age'])
})

test.each(OPENING_STATES.filter((state) => state !== 'unconfirmed'))(
  'nobody decides an opening that is %s',
  (state) => {
    const decision = { state: 'charged', reason: 'x', by: owner, atMs: T0 } as const
    expect(judgeDecision(anOpening(state), decision)).toBeNull()
  },
)

test('who joins an opening is named by its own event, not the one who began it', () => {
  const opening = anOpening('opened', { userId: userId('ann') })
  const joined = joinedEvent(opening, { kind: 'user', userId: userId('bob') }, T0)
  expect(joined).toMatchObject({
    type: 'LockOpenJoined',
    chained: { openingId: opening.openingId, keyRef, principal: 'user:bob' },
    plain: { userId: 'bob', tempKeyUuid: keyUuid(1) },
  })
})
