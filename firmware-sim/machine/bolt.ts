import type { JournalRecord } from './journal.ts'

/** The bolt as the firmware sees it: what the motor is doing, and until when the pulse holds the bolt back. */
export interface Bolt {
  /** The command that has the motor, from its intent to its outcome, and its pulse; null when the motor is free. */
  moving: { record: JournalRecord; pulseS: number } | null
  /** Uptime at which the pulse ends; in the past when the door is locked. */
  openUntilUptimeMs: number
}

export type Motion = 'start' | 'extend'

export const lockedBolt: Bolt = { moving: null, openUntilUptimeMs: 0 }

export const motionFor = (bolt: Bolt, uptimeMs: number): Motion =>
  bolt.openUntilUptimeMs > uptimeMs ? 'extend' : 'start'

export const freeMotor = (bolt: Bolt): Bolt => ({ ...bolt, moving: null })

/**
 * The pulse runs from the moment when the bolt is back, and never ends earlier than was promised before. A jam changes
 * nothing: what held before still holds.
 */
export function endMotion(bolt: Bolt, pulseS: number, result: 'opened' | 'jammed', uptimeMs: number): Bolt {
  const opened = Math.max(bolt.openUntilUptimeMs, uptimeMs + pulseS * 1_000)
  return { moving: null, openUntilUptimeMs: result === 'opened' ? opened : bolt.openUntilUptimeMs }
}
