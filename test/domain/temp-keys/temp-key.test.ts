import { expect, test } from 'vitest'
import { isWhitelisted, type TempKey, tempKeyRefusal, tempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { parseLockId, parseTempKeyUuid } from '#protocol/ids.ts'
import { org, user } from '#test/support/ids.ts'
import { must } from '#test/support/must.ts'

const from = Date.UTC(2026, 10, 23, 12)
const until = from + 3_600_000

const key = (difference: Partial<TempKey> = {}): TempKey => ({
  uuid: must(parseTempKeyUuid('7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4')),
  lockId: must(parseLockId('1')),
  accessMode: 'public',
  allowedUserIds: [],
  validFromMs: from,
  validUntilMs: until,
  maxUses: 2,
  usedCount: 0,
  heldCount: 0,
  description: null,
  createdBy: 'owner',
  createdAtMs: from,
  revokedAtMs: null,
  ...difference,
})

test.each([
  ['a millisecond before its time', key(), from - 1, 'key-not-yet-valid', 'not-yet-valid'],
  ['in its first millisecond', key(), from, null, 'valid'],
  ['in its last millisecond', key(), until - 1, null, 'valid'],
  ['at its end, which is exclusive', key(), until, 'key-expired', 'expired'],
  ['with a use left', key({ usedCount: 1 }), from, null, 'valid'],
  ['with every use spent', key({ usedCount: 2 }), from, 'key-used-up', 'used-up'],
  ['with its last use held', key({ usedCount: 1, heldCount: 1 }), from, 'key-used-up', 'used-up'],
  ['used above its limit by a late truth', key({ usedCount: 3 }), from, 'key-used-up', 'used-up'],
  ['without a limit', key({ maxUses: null, usedCount: 9_999 }), from, null, 'valid'],
  ['revoked, before anything else is told', key({ revokedAtMs: from, usedCount: 2 }), until, 'key-revoked', 'revoked'],
])('a key %s', (_when, tempKey, nowMs, refusal, status) => {
  expect(tempKeyRefusal(tempKey, nowMs)).toBe(refusal)
  expect(tempKeyStatus(tempKey, nowMs)).toBe(status)
})

test('a whitelist names users exactly, and nobody else', () => {
  const whitelist = key({ accessMode: 'user-whitelist', allowedUserIds: [user('ada')] })
  expect(isWhitelisted(whitelist, { kind: 'user', userId: user('ada') })).toBe(true)
  expect(isWhitelisted(whitelist, { kind: 'user', userId: user('Ada') })).toBe(false)
  expect(isWhitelisted(whitelist, { kind: 'guest' })).toBe(false)
  expect(isWhitelisted(whitelist, { kind: 'service', organization: org('ada') })).toBe(false)
})
