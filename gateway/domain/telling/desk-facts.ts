import type { Alarm } from '#domain/alarms/alarm.ts'
import type { LocksBack } from '#domain/alarms/locks-back.ts'
import type { LocalTime } from '#domain/time/zone.ts'
import type { LockId } from '#protocol/ids.ts'

/** A door as a message names it. */
export interface Door {
  readonly name: string
  readonly area: string | null
}

/** An alarm that stands, and what keeps it from being told now. */
export interface StandingAlarm {
  readonly alarm: Alarm
  /** By kind and lock. */
  readonly name: string
  readonly isMuted: boolean
  /** What caused it is told instead. */
  readonly isHeldBack: boolean
  readonly isFlapping: boolean
}

/** Everything that one look sees, the same for all recipients. */
export interface DeskFacts {
  /** UTC. */
  readonly nowMs: number
  readonly deskMs: number
  readonly wall: LocalTime
  readonly standing: ReadonlyMap<string, StandingAlarm>
  readonly back: LocksBack
  readonly doorOf: (lockId: LockId) => Door | null
  /** How many locks this area has. */
  readonly sizeOf: (area: string) => number
  /** Of an alarm that has ended: whether its end must not be told now. */
  readonly isMuted: (alarm: { readonly kind: string; readonly lockId: LockId | null }) => boolean
  readonly isHeldBack: (alarm: { readonly kind: string; readonly lockId: LockId | null }) => boolean
  readonly isFlapping: (name: string) => boolean
  /** So long a lock is away before its alarm begins. */
  readonly offlineAfterMs: (lockId: LockId) => number
  /** `14:03` on the site's clock, with the day when that is another one. */
  readonly timeOf: (utcMs: number) => string
}
