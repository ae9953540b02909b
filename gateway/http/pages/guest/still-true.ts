import { holdsUse, type Opening, pulseEndMs, wasSettledLate } from '#domain/openings/opening.ts'

/** Who reloads a page later than this wants to know what is so now. */
const NEWS_MS = 3 * 60_000

/** How long the lock stays open for it; 0 when that is over. No longer than its pulse, however the clock was set. */
export function pulseLeftMs(opening: Opening, pulseS: number, nowMs: number): number {
  const endMs = pulseEndMs(opening, pulseS)
  return endMs === null ? 0 : Math.min(pulseS * 1_000, Math.max(0, endMs - nowMs))
}

/** Whether the page of an attempt still tells of it, or of the key as it is now. */
export function isNews(opening: Opening, pulseS: number, nowMs: number): boolean {
  const { state, startedAtMs, settledAtMs } = opening
  if (holdsUse(state) || state === 'charged' || state === 'released') return true
  const isFresh = nowMs - (settledAtMs ?? startedAtMs) < NEWS_MS
  if (state !== 'opened') return isFresh
  // Whoever was told "not confirmed" learns that it opened, however short its pulse.
  return pulseLeftMs(opening, pulseS, nowMs) > 0 || (wasSettledLate(opening) && isFresh)
}
