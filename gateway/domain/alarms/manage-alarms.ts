import { type LockRefusal, lockRefusal } from '#domain/access/caller.ts'
import type { Principal } from '#domain/access/principal.ts'
import { seesSite, siteRefusal } from '#domain/access/sees-site.ts'
import type { AlarmStore } from '#domain/alarm-ports.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { Organization } from '#protocol/ids.ts'
import type { Alarm } from './alarm.ts'
import { isAlarmKind } from './alarm-kinds.ts'
import type { Alarms } from './alarms.ts'
import type { AcknowledgeAlarm, AcknowledgeAlarmResult } from './judge-alarm-change.ts'
import { doorMutedUntilMs, isPresent, MUTE_MAX_MS, type Mute, type MuteScope, mutedUntilMs } from './mute.ts'

export interface ManageAlarmsDeps {
  store: Omit<AlarmStore, 'raiseAlarm' | 'clearAlarm'>
  /** What this process knows beyond the store. */
  alarms: Pick<Alarms, 'unstored' | 'ended' | 'batteryReplaced'>
  locks: LockRegistry
  clock: Clock
  /** Whose the site is: its programs see the site's own alarms too. */
  siteOrganization: Organization | null
}

export interface ListedAlarm {
  readonly alarm: Alarm
  /** Null for the site's own. */
  readonly lock: Lock | null
  /** Until when nobody is called for it; null when somebody is. */
  readonly mutedUntilMs: number | null
}

export interface AlarmListing {
  /** Ids below this one; null for the newest. */
  readonly beforeId: number | null
  readonly limit: number
  readonly includePast: boolean
}

/** Alarms that one page looks through: whoever sees few locks gets short pages, not slow ones. */
const LOOKED_THROUGH = 1_000

/** A page of the alarms that the principal may see, newest first; those that can't be stored go before them. */
export async function listAlarms(
  { beforeId, limit, includePast }: AlarmListing,
  principal: Principal,
  deps: ManageAlarmsDeps,
): Promise<{ readonly alarms: readonly ListedAlarm[]; readonly nextBeforeId: number | null }> {
  const { store, alarms, locks, clock } = deps
  const nowMs = clock.nowMs()
  const seen = locks.seenBy(principal)
  const isSeen = seenBy(principal, deps)
  const mutes = await store.mutesAt(nowMs)
  const looked = await store.alarmsBefore({
    ...{ beforeId: beforeId ?? Number.MAX_SAFE_INTEGER, includePast },
    limit: seen === null ? limit + 1 : LOOKED_THROUGH,
  })
  const wanted = looked.filter(isSeen)
  const page = wanted.slice(0, limit)
  const end = wanted.length > limit ? page.at(-1) : looked.length === LOOKED_THROUGH ? looked.at(-1) : undefined
  const unstored = beforeId === null ? alarms.unstored.filter(isSeen).filter((alarm) => !isAmong(alarm, looked)) : []
  const listed = [...unstored, ...page].map((alarm) => listedNow(alarm, mutes, locks, nowMs))
  return { alarms: listed, nextBeforeId: end?.id ?? null }
}

function seenBy(principal: Principal, { locks, siteOrganization }: ManageAlarmsDeps): (alarm: Alarm) => boolean {
  const seen = locks.seenBy(principal)
  return ({ lockId }) => (lockId === null ? seesSite(principal, siteOrganization) : seen === null || seen.has(lockId))
}

const isAmong = ({ kind, lockId }: Alarm, stored: readonly Alarm[]): boolean =>
  stored.some((alarm) => alarm.clearedAtMs === null && alarm.kind === kind && alarm.lockId === lockId)

export type AcknowledgedResult =
  | { readonly kind: 'acknowledged'; readonly listed: ListedAlarm }
  | Exclude<AcknowledgeAlarmResult, { readonly kind: 'acknowledged' }>

/** A person has seen it and says what becomes of it. Once more replaces what was said before. One that he may not see is not there. */
export async function acknowledgeAlarm(
  asked: Pick<AcknowledgeAlarm, 'id' | 'name' | 'word' | 'seen'>,
  by: Principal,
  deps: ManageAlarmsDeps,
): Promise<AcknowledgedResult> {
  const { store, alarms, locks, clock } = deps
  const [alarm] = await store.alarmsBefore({ beforeId: asked.id + 1, includePast: true, limit: 1 })
  if (alarm?.id !== asked.id || !seenBy(by, deps)(alarm)) return { kind: 'alarm-not-found' }
  const storing = store.acknowledgeAlarm({ ...asked, by, atMs: clock.nowMs() }).then((result) => {
    if (result.kind !== 'acknowledged') return result
    const { kind, lockId, clearedAtMs } = result.alarm
    if (clearedAtMs !== null && isAlarmKind(kind)) alarms.ended({ kind, lockId })
    return result
  })
  const result = await changeInTime(storing, clock)
  if (result.kind !== 'acknowledged') return result
  const nowMs = clock.nowMs()
  return { kind: 'acknowledged', listed: listedNow(result.alarm, await store.mutesAt(nowMs), locks, nowMs) }
}

/** With its door, and until when it is muted. */
export function listedNow(
  alarm: Alarm,
  mutes: readonly Mute[],
  locks: Pick<LockRegistry, 'get'>,
  nowMs: number,
): ListedAlarm {
  const lock = alarm.lockId === null ? null : locks.get(alarm.lockId)
  return { alarm, lock, mutedUntilMs: mutedUntilMs(alarm, lock, mutes, nowMs) }
}

export type MuteAlarmsResult =
  | { readonly kind: 'muted'; readonly mute: Mute }
  | { readonly kind: 'too-long' | 'lock-not-found' | 'area-not-found' | LockRefusal }

/** Why a principal may not mute these doors; null when it may. An area may hold doors of others, so it takes whoever has the site. */
function muteRefusal(
  scope: MuteScope | null,
  by: Principal,
  { locks, siteOrganization }: ManageAlarmsDeps,
): LockRefusal | 'lock-not-found' | null {
  if (scope?.kind !== 'lock') return siteRefusal(by, siteOrganization)
  const lock = locks.get(scope.lockId)
  return lock === null ? 'lock-not-found' : lockRefusal(by, lock)
}

/** While somebody works on these doors, nobody is called for them. It ends by itself. */
export async function muteAlarms(
  { scope, forMs }: { readonly scope: MuteScope; readonly forMs: number },
  by: Principal,
  deps: ManageAlarmsDeps,
): Promise<MuteAlarmsResult> {
  const { store, locks, clock } = deps
  if (forMs > MUTE_MAX_MS) return { kind: 'too-long' }
  const refusal = muteRefusal(scope, by, deps)
  if (refusal !== null) return { kind: refusal }
  if (scope.kind === 'area' && !locks.list().some(({ area }) => area === scope.area)) return { kind: 'area-not-found' }
  const atMs = clock.nowMs()
  const mute = await changeInTime(store.muteAlarms({ scope, untilMs: atMs + forMs, by, atMs }), clock)
  return { kind: 'muted', mute }
}

export type UnmuteAlarmsResult =
  | { readonly kind: 'unmuted'; readonly ended: readonly Mute[] }
  | { readonly kind: 'lock-not-found' | LockRefusal }

/** Answers those that it ended. @param scope null for every mute */
export async function unmuteAlarms(
  scope: MuteScope | null,
  by: Principal,
  deps: ManageAlarmsDeps,
): Promise<UnmuteAlarmsResult> {
  const { store, clock } = deps
  const refusal = muteRefusal(scope, by, deps)
  if (refusal !== null) return { kind: refusal }
  return { kind: 'unmuted', ended: await changeInTime(store.unmuteAlarms({ scope, by, atMs: clock.nowMs() }), clock) }
}

/** Those that hold now and cover a door that the principal may see. */
export async function presentMutes(
  principal: Principal,
  { store, locks, clock, siteOrganization }: ManageAlarmsDeps,
): Promise<readonly Mute[]> {
  const nowMs = clock.nowMs()
  const mutes = (await store.mutesAt(nowMs)).filter((mute) => isPresent(mute, nowMs))
  if (seesSite(principal, siteOrganization)) return mutes
  const doors = locks.listFor(principal)
  return mutes.filter((mute) => doors.some((lock) => doorMutedUntilMs(lock, [mute], nowMs) !== null))
}
