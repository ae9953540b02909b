import type { JournalRecord } from './journal.ts'

/** The bolt as the firmware sees it: what the motor is doing, and until when the pulse holds the bolt back. */
export interface Bolt {
  /** The command for which the motor moves; null when it rests. */
  movingFor: JournalRecord | null
  /** Uptime at which the pulse ends; in the past when the door is locked. */
  openUntilUptimeMs: number
  /** What `openUntilUptimeMs` becomes when the motor has done its work. */
  thenUntilUptimeMs: number
}

export type Motion = 'start' | 'extend'

export const lockedBolt: Bolt = { movingFor: null, openUntilUptimeMs: 0, thenUntilUptimeMs: 0 }

export const motionFor = (bolt: Bolt, uptimeMs: number): Motion =>
  bolt.openUntilUptimeMs > uptimeMs ? 'extend' : 'start'

export const beginMotion = (bolt: Bolt, record: JournalRecord, pulseS: number, uptimeMs: number): Bolt => ({
  ...bolt,
  movingFor: record,
  thenUntilUptimeMs: Math.max(bolt.openUntilUptimeMs, uptimeMs + pulseS * 1_000),
})

/** A jammed bolt did not come back (or the pulse was not extended): what held before still holds. */
export const endMotion = (bolt: Bolt, result: 'opened' | 'jammed'): Bolt => ({
  ...bolt,
  movingFor: null,
  openUntilUptimeMs: result === 'opened' ? bolt.thenUntilUptimeMs : bolt.openUntilUptimeMs,
})
