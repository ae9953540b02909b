import { expect, test } from 'vitest'
import { nextChangeOf } from '#domain/temp-keys/next-change.ts'

const KEY = { validFromMs: 100, validUntilMs: 200, maxUses: 1, usedCount: 0, heldCount: 0, revokedAtMs: null }

test.each([
  ['before its window becomes valid at its beginning', 99, {}, { atMs: 100, to: 'valid' }],
  ['that is used up before its window is so at its beginning', 99, { usedCount: 1 }, { atMs: 100, to: 'used-up' }],
  ['in its window expires at its end', 100, {}, { atMs: 200, to: 'expired' }],
  ['that is used up expires too', 199, { heldCount: 1 }, { atMs: 200, to: 'expired' }],
  ['that has expired stays so', 200, {}, null],
  ['that was revoked stays so', 150, { revokedAtMs: 120 }, null],
])('a key %s', (_, nowMs, difference, expected) => {
  expect(nextChangeOf({ ...KEY, ...difference }, nowMs)).toEqual(expected)
})
