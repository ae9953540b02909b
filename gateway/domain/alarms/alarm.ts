import type { LockId } from '#protocol/ids.ts'
import { ALARMS, type AlarmKind, type AlarmSeverity } from './alarm-kinds.ts'

/** What an alarm is known by: one of a kind stands at most once per lock. */
export interface AlarmName {
  readonly kind: AlarmKind
  /** Null for the site's own. */
  readonly lockId: LockId | null
}

/** One or more observations: they raise an alarm, or add to the count when it is raised already. */
export interface Sighting extends AlarmName {
  /** What it is about: an opening's or command's id, or a keyRef. */
  readonly about: string | null
  /** How often it was seen since it was last told, 1 or more. */
  readonly times: number
  /** Replaces the advice in `ALARMS` where it depends on what was seen. */
  readonly advice?: string
  /** How bad it is among its kind, 1 or more; 1 when not given. */
  readonly weight?: number
  /** UTC of when what it tells of began, where that was before anybody is called for it. */
  readonly beganAtMs?: number
}

export const adviceOf = ({ kind, advice }: Pick<Sighting, 'kind' | 'advice'>): string => advice ?? ALARMS[kind].advice

export interface Acknowledgement {
  readonly atMs: number
  /** Who it was, in the person's own words. */
  readonly name: string
  readonly word: string
}

/** An alarm as it is stored. */
export interface Alarm {
  /** Null for one that could not be stored yet. */
  readonly id: number | null
  /** A slug of `ALARMS`, or one of an earlier version. */
  readonly kind: string
  readonly lockId: LockId | null
  readonly severity: AlarmSeverity
  /** When it was raised; tells one alarm of a kind and lock from the next. */
  readonly sinceMs: number
  /** When what it tells of began, no later than it was raised; null where that is the same. People are shown `isSoSinceMs`. */
  readonly beganAtMs: number | null
  readonly lastSeenMs: number
  /** How often it was seen since it was raised. */
  readonly count: number
  readonly clearedAtMs: number | null
  readonly about: string | null
  readonly advice: string
  /** The worst that was seen since it was raised. An acknowledgement does not hold for what is worse. */
  readonly weight: number
  readonly acknowledged: Acknowledgement | null
}

/** Since when what it tells of is so, for people: a lock is away for minutes before its alarm is raised. */
export const isSoSinceMs = ({ sinceMs, beganAtMs = null }: ToldSince): number => beganAtMs ?? sinceMs
export type ToldSince = Pick<Alarm, 'sinceMs'> & Partial<Pick<Alarm, 'beganAtMs'>>

/** What is told of a sighting once it is stored: `isNew` when it raised the alarm. */
export interface StoredSighting extends Sighting {
  readonly isNew: boolean
}

/** What a sighting makes of the alarm that stands of its kind and lock; of none, a new one. */
export function judgeSighting(sighting: Sighting, standing: Alarm | null, atMs: number): Alarm {
  const { kind, lockId, about, times } = sighting
  // What lessens and grows again is no worse than it has been.
  const weight = Math.max(sighting.weight ?? 1, standing?.weight ?? 1)
  const seen = { kind, lockId, about, weight, severity: ALARMS[kind].severity, advice: adviceOf(sighting) }
  if (standing === null) {
    // A clock that was set between the two says nothing of how long it took.
    const began = sighting.beganAtMs ?? atMs
    const beganAtMs = began < atMs ? began : null
    const raised = { id: null, sinceMs: atMs, beganAtMs, lastSeenMs: atMs, count: times }
    return { ...seen, ...raised, clearedAtMs: null, acknowledged: null }
  }
  // Whoever acknowledged it knew of less.
  const acknowledged = weight > standing.weight ? null : standing.acknowledged
  return { ...standing, ...seen, lastSeenMs: atMs, count: standing.count + times, acknowledged }
}
