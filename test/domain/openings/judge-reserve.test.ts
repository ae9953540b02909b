import { describe, expect, test } from 'vitest'
import type { Principal } from '#domain/access/principal.ts'
import { type JudgedTempKey, judgeReserve } from '#domain/openings/judge-reserve.ts'
import { openingOf } from '#domain/openings/opening-change.ts'
import { keyRefOf, newOpeningId } from '#protocol/ids.ts'
import { aJudgedKey } from '#test/domain/support/judged.ts'
import { keyUuid, lockId, newReserve, T0, userId } from '#test/store/support/store-site.ts'

const ann: Principal = { kind: 'user', userId: userId('ann') }
const asked = (difference: Partial<Parameters<typeof newReserve>[2]> = {}) =>
  newReserve(lockId(1), keyUuid(1), { ...difference })

describe('a tap may hold no use', () => {
  test.each<[string, Partial<JudgedTempKey> | null]>([
    ['key-not-found', null],
    ['key-not-found', { lockId: lockId(2) }],
    ['not-whitelisted', { accessMode: 'user-whitelist', allowedUserIds: [userId('bob')] }],
    ['key-revoked', { revokedAtMs: T0 - 1 }],
    ['key-not-yet-valid', { validFromMs: T0 + 1 }],
    ['key-expired', { validUntilMs: T0 }],
    ['key-used-up', { usedCount: 2 }],
    // A held use is a use until it is known.
    ['key-used-up', { heldCount: 2 }],
    ['key-used-up', { usedCount: 1, heldCount: 1 }],
    // A key that is for others says nothing of itself.
    ['not-whitelisted', { accessMode: 'user-whitelist', revokedAtMs: 1, usedCount: 2 }],
    ['key-revoked', { revokedAtMs: 1, usedCount: 2, validUntilMs: T0 }],
  ])('%s when the key has %j', (kind, difference) => {
    const key = difference === null ? null : aJudgedKey(difference)
    expect(judgeReserve(asked({ principal: ann }), key)).toEqual({ kind })
  })

  test('for a command that was made for another opening or lock', () => {
    const { command, ...rest } = asked()
    const other = { ...command, openingId: newOpeningId() }
    expect(() => judgeReserve({ ...rest, command: other }, aJudgedKey())).toThrow('another opening or lock')
    const elsewhere = { ...command, lockId: lockId(2) }
    expect(() => judgeReserve({ ...rest, command: elsewhere }, aJudgedKey())).toThrow('another opening or lock')
  })
})

describe('a tap that may', () => {
  test.each<[string, Partial<JudgedTempKey>]>([
    ['at its first moment', { validFromMs: T0 }],
    ['in its last millisecond', { validUntilMs: T0 + 1 }],
    ['with its last use', { usedCount: 1 }],
    ['without a limit, however often it was used', { maxUses: null, usedCount: 9_999, heldCount: 9 }],
    ['for whom it is', { accessMode: 'user-whitelist', allowedUserIds: [userId('bob'), userId('ann')] }],
  ])('holds a use of a key %s', (_, difference) => {
    const key = aJudgedKey(difference)
    const verdict = judgeReserve(asked({ principal: ann }), key)
    if (verdict.kind !== 'reserved') return expect.fail(verdict.kind)
    const { usedCount, heldCount } = key
    expect(verdict.opening).toMatchObject({ usedCountNow: usedCount, heldCountNow: heldCount + 1, userId: 'ann' })
    expect(openingOf(verdict.opening)).toMatchObject({ state: 'reserved', startedAtMs: T0, usedCount })
  })

  test('is told as an event that names the command and the key’s hash, and the key itself only to those who may see it', () => {
    const reserve = asked({ principal: ann })
    const verdict = judgeReserve(reserve, aJudgedKey())
    if (verdict.kind !== 'reserved') return expect.fail(verdict.kind)
    const { commandId, commandHash, counter, bootId } = reserve.command
    const { openingId } = reserve
    expect(verdict.event).toEqual({
      ...{ lockId: 1, type: 'LockOpenRequested', atMs: T0 },
      chained: {
        bootId,
        commandHash,
        commandId,
        counter,
        keyRef: keyRefOf(keyUuid(1)),
        openingId,
        principal: 'user:ann',
      },
      plain: { tempKeyUuid: keyUuid(1), userId: 'ann' },
    })
  })

  test('without a key holds none, and says what its client said', () => {
    const said = { reason: 'parcel', requestId: 'r1' }
    const verdict = judgeReserve(newReserve(lockId(1), null, { principal: { kind: 'owner' }, said }), null)
    if (verdict.kind !== 'reserved') return expect.fail(verdict.kind)
    expect(verdict.opening).toMatchObject({ usedCountNow: null, heldCountNow: null, maxUses: null, tempKeyUuid: null })
    expect(verdict.event.plain).toEqual({ ...said, tempKeyUuid: null, userId: null })
  })
})
