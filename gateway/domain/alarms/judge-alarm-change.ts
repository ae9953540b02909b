import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { NewEvent } from '#domain/events/events.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { Alarm } from './alarm.ts'
import { kindOfAlarm } from './alarm-kinds.ts'
import { isPresent, type Mute, type MuteScope } from './mute.ts'

export interface AcknowledgeAlarm {
  readonly id: number
  /** Who it is, and what he or she says to it: in the person's own words. */
  readonly name: string
  readonly word: string
  /** What is acknowledged; when it has changed since, nothing is. Whatever stands when it is not given. */
  readonly seen?: SeenAlarm
  readonly by: Principal
  readonly atMs: number
}

/** What somebody had before his eyes when he acknowledged it. */
export interface SeenAlarm extends Pick<Alarm, 'weight'> {
  readonly acknowledgedAtMs: number | null
}

export type AcknowledgeAlarmResult =
  | { readonly kind: 'acknowledged'; readonly alarm: Alarm }
  /** It had ended before. */
  | { readonly kind: 'over'; readonly alarm: Alarm }
  /** It is not any more what the person saw: it has become worse, or somebody else has acknowledged it. */
  | { readonly kind: 'changed'; readonly alarm: Alarm }
  | { readonly kind: 'alarm-not-found' }

/** An occurrence ends by it; a condition goes on until its cause ends, and nobody is told of it again. */
export function judgeAcknowledge(
  { name, word, by, atMs, seen }: AcknowledgeAlarm,
  alarm: Alarm | null,
):
  | Exclude<AcknowledgeAlarmResult, { readonly kind: 'acknowledged' }>
  | { readonly kind: 'acknowledged'; readonly after: Alarm; readonly event: NewEvent | null } {
  if (alarm === null) return { kind: 'alarm-not-found' }
  if (alarm.clearedAtMs !== null) return { kind: 'over', alarm }
  if (seen !== undefined && !isAsSeen(seen, alarm)) return { kind: 'changed', alarm }
  // Of a kind that this version does not know nothing else would ever end it.
  const ends = kindOfAlarm(alarm.kind)?.nature !== 'condition'
  const after = { ...alarm, acknowledged: { atMs, name, word }, clearedAtMs: ends ? atMs : null }
  const { lockId, kind, id } = alarm
  const chained = { acknowledgedBy: principalLabel(by), alarm: kind, alarmId: id, name, word }
  // Events are of locks: an alarm of the site tells by its own row who acknowledged it.
  const event: NewEvent | null =
    lockId === null ? null : { lockId, type: 'AlarmAcknowledged', atMs, chained, plain: {} }
  return { kind: 'acknowledged', after, event }
}

/** That it was seen once more meanwhile changes nothing: what happens every minute could never be acknowledged. */
const isAsSeen = (seen: SeenAlarm, { weight, acknowledged }: Alarm): boolean =>
  seen.weight === weight && seen.acknowledgedAtMs === (acknowledged?.atMs ?? null)

export interface MuteAlarms {
  readonly scope: MuteScope
  readonly untilMs: number
  readonly by: Principal
  readonly atMs: number
}

export interface UnmuteAlarms {
  /** Null for every mute. */
  readonly scope: MuteScope | null
  readonly by: Principal
  readonly atMs: number
}

export const isSameScope = (one: MuteScope, other: MuteScope): boolean => scopeName(one) === scopeName(other)

export function scopeName(scope: MuteScope): string {
  switch (scope.kind) {
    case 'lock':
      return `lock ${scope.lockId}`
    case 'area':
      return `area ${scope.area}`
    case 'site':
      return 'site'
    default:
      return unreachable(scope)
  }
}

/** A mute replaces the one that the same doors have. */
export function judgeMute(
  { scope, untilMs, by, atMs }: MuteAlarms,
  present: readonly Mute[],
): { readonly mute: Omit<Mute, 'id'>; readonly ends: readonly Mute[]; readonly event: NewEvent | null } {
  const mutedBy = principalLabel(by)
  const chained = { mutedBy, until: new Date(untilMs).toISOString() }
  return {
    mute: { scope, sinceMs: atMs, untilMs, mutedBy },
    ends: present.filter((mute) => isSameScope(mute.scope, scope)),
    // Of an area or the site the mute's own row tells: a thousand events would keep doors waiting.
    event: scope.kind === 'lock' ? { lockId: scope.lockId, type: 'AlarmsMuted', atMs, chained, plain: {} } : null,
  }
}

export function judgeUnmute(
  { scope, by, atMs }: UnmuteAlarms,
  present: readonly Mute[],
): { readonly ends: readonly Mute[]; readonly events: readonly NewEvent[] } {
  const ends = present.filter((mute) => isPresent(mute, atMs) && (scope === null || isSameScope(mute.scope, scope)))
  const events = ends.flatMap((mute): NewEvent[] => {
    if (mute.scope.kind !== 'lock') return []
    const { lockId } = mute.scope
    return [{ lockId, type: 'AlarmsUnmuted', atMs, chained: { unmutedBy: principalLabel(by) }, plain: {} }]
  })
  return { ends, events }
}
