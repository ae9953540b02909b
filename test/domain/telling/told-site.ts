import type { Recipient } from '#domain/notices/recipient.ts'
import { WatchedTestSite } from '#test/domain/support/watched-site.ts'

export const NIGHT: Recipient = { name: 'night', leastSeverity: 'warning', quietHours: null }

/** 2026-11-23, Monday, 10:00 in Berlin. */
export const TEN_O_CLOCK = Date.UTC(2026, 10, 23, 9)

/** A site whose locks have been there for a while, and that tells recipients of its alarms. */
export async function toldSite(
  count: number,
  { recipients = [NIGHT], startMs = TEN_O_CLOCK }: { recipients?: readonly Recipient[]; startMs?: number } = {},
): Promise<WatchedTestSite> {
  const site = new WatchedTestSite(count, startMs)
  site.recipients = recipients
  site.set(true)
  await site.start()
  await site.passMin(12)
  return site
}

/** Numbers of locks. */
export const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)
