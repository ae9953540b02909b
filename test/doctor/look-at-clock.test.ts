import { expect, test } from 'vitest'
import { lookAtClock } from '#doctor/look-at-clock.ts'

const NOW_MS = Date.UTC(2026, 10, 28)

test.each([
  { timeServer: 'heard', releasedAtMs: NOW_MS, finds: [] },
  { timeServer: 'not-heard', releasedAtMs: NOW_MS, finds: ['clock-alone notice'] },
  { timeServer: 'unknown', releasedAtMs: NOW_MS, finds: ['clock-unknown notice'] },
  { timeServer: 'heard', releasedAtMs: NOW_MS + 1, finds: ['clock critical'] },
] as const)('of a time server that is $timeServer nothing is said but what is known: $finds', (seen) => {
  const found = lookAtClock(seen.timeServer, NOW_MS, seen.releasedAtMs)
  expect(found.map(({ id, severity }) => `${id} ${severity}`)).toEqual(seen.finds)
})
