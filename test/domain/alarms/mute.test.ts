import { expect, test } from 'vitest'
import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { type Mute, type MuteScope, mutedUntilMs } from '#domain/alarms/mute.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'

const inNorth = { lockId: lockId(1), area: 'North' }
const mute = (scope: MuteScope, untilMs = T0 + 1_000): Mute => ({
  id: 1,
  scope,
  sinceMs: T0,
  untilMs,
  mutedBy: 'owner',
})
const untilOf = (kind: AlarmKind, lock: typeof inNorth | null, ...mutes: Mute[]) =>
  mutedUntilMs({ kind }, lock, mutes, T0)

test.each<[string, MuteScope, typeof inNorth | null, boolean]>([
  ['its own lock', { kind: 'lock', lockId: lockId(1) }, inNorth, true],
  ['another lock', { kind: 'lock', lockId: lockId(2) }, inNorth, false],
  ['its area', { kind: 'area', area: 'North' }, inNorth, true],
  ['another area', { kind: 'area', area: 'South' }, inNorth, false],
  ['the site', { kind: 'site' }, inNorth, true],
  ['the site, of an alarm of the site', { kind: 'site' }, null, true],
  ['an area, of an alarm of the site', { kind: 'area', area: 'North' }, null, false],
])('a mute of %s', (_, scope, lock, isMuted) => {
  expect(untilOf('lock-offline', lock, mute(scope))).toBe(isMuted ? T0 + 1_000 : null)
})

test('never hides two devices with one identity, nor a contradiction', () => {
  expect(untilOf('lock-contested', inNorth, mute({ kind: 'site' }))).toBe(null)
  expect(untilOf('lock-contradicts-itself', inNorth, mute({ kind: 'lock', lockId: lockId(1) }))).toBe(null)
})

test('the longest of several counts, and none that is over or has not begun by this clock', () => {
  const site = { kind: 'site' } as const
  expect(untilOf('disk-low', null, mute(site), mute(site, T0 + 5_000))).toBe(T0 + 5_000)
  expect(untilOf('disk-low', null, mute(site, T0))).toBe(null)
  expect(mutedUntilMs({ kind: 'disk-low' }, null, [mute(site)], T0 - 1)).toBe(null)
})
