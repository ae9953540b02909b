import type { Lock } from '#domain/locks/lock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Alarm } from './alarm.ts'
import { kindOfAlarm } from './alarm-kinds.ts'

/** Which doors somebody works on. */
export type MuteScope =
  | { readonly kind: 'lock'; readonly lockId: LockId }
  | { readonly kind: 'area'; readonly area: string }
  | { readonly kind: 'site' }

/** While it holds, nobody is called for alarms of these doors; they are raised, stored and listed all the same. */
export interface Mute {
  readonly id: number
  readonly scope: MuteScope
  readonly sinceMs: number
  /** UTC, exclusive: it ends by itself. */
  readonly untilMs: number
  readonly mutedBy: string
}

/** Longer than any day's work: who forgot a mute is told again the next morning. */
export const MUTE_MAX_MS = 12 * 3_600_000

export const isPresent = ({ sinceMs, untilMs }: Pick<Mute, 'sinceMs' | 'untilMs'>, nowMs: number): boolean =>
  // A clock that was set back before its beginning does not make it longer.
  sinceMs <= nowMs && nowMs < untilMs

/** Until when nobody is called for this alarm; null when somebody is. @param lock the alarm's own, null for the site's */
export function mutedUntilMs(
  alarm: Pick<Alarm, 'kind'>,
  lock: Pick<Lock, 'lockId' | 'area'> | null,
  mutes: readonly Mute[],
  nowMs: number,
): number | null {
  return kindOfAlarm(alarm.kind)?.canBeMuted === false ? null : doorMutedUntilMs(lock, mutes, nowMs)
}

/** The same of whatever can be muted at this door; null for the site itself. */
export function doorMutedUntilMs(
  lock: Pick<Lock, 'lockId' | 'area'> | null,
  mutes: readonly Mute[],
  nowMs: number,
): number | null {
  const ends = mutes.filter((mute) => isPresent(mute, nowMs) && covers(mute.scope, lock)).map(({ untilMs }) => untilMs)
  return ends.length === 0 ? null : Math.max(...ends)
}

/** The site's mute covers everything, another one its doors alone. */
function covers(scope: MuteScope, lock: Pick<Lock, 'lockId' | 'area'> | null): boolean {
  if (scope.kind === 'site') return true
  if (lock === null) return false
  return scope.kind === 'lock' ? scope.lockId === lock.lockId : scope.area === lock.area
}

/** Whether nobody is called now for an alarm, of many mutes and for many alarms. */
export function mutedBy(
  mutes: readonly Mute[],
  nowMs: number,
): (alarm: Pick<Alarm, 'kind'>, lock: Pick<Lock, 'lockId' | 'area'> | null) => boolean {
  const names = new Set(mutes.filter((mute) => isPresent(mute, nowMs)).map(({ scope }) => nameOf(scope)))
  const hasSite = names.has('site')
  return ({ kind }, lock) => {
    if (names.size === 0 || kindOfAlarm(kind)?.canBeMuted === false) return false
    return hasSite || (lock !== null && (names.has(`lock ${lock.lockId}`) || names.has(`area ${lock.area}`)))
  }
}

const nameOf = (scope: MuteScope): string =>
  scope.kind === 'lock' ? `lock ${scope.lockId}` : scope.kind === 'area' ? `area ${scope.area}` : 'site'
