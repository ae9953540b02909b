import type { LocalTime } from '#domain/time/zone.ts'
import type { DeskState } from './desk-state.ts'

/** Messages that are not critical, in any twelve hours. What comes beyond waits for the digest. */
const BUDGET = 2
const BUDGET_OF_MS = 12 * 3_600_000
/** 08:00 on the site's clock. */
const DIGEST_MINUTE = 8 * 60

const stillSpent = ({ spentMs }: Pick<DeskState, 'spentMs'>, deskMs: number): readonly number[] =>
  spentMs.filter((atMs) => deskMs - atMs < BUDGET_OF_MS)

export const hasBudget = (state: Pick<DeskState, 'spentMs'>, deskMs: number): boolean =>
  stillSpent(state, deskMs).length < BUDGET

export const spend = (state: Pick<DeskState, 'spentMs'>, deskMs: number): readonly number[] => [
  ...stillSpent(state, deskMs),
  deskMs,
]

/** Today's hour of the digest has come, and has not been used. */
export const isDigestTime = (
  { digestDate }: Pick<DeskState, 'digestDate'>,
  { date, minuteOfDay }: LocalTime,
): boolean => minuteOfDay >= DIGEST_MINUTE && digestDate !== date

/** At the first look ever nothing was kept for a digest yet: the next one is that of the next 08:00. */
export function withDigest(state: DeskState, { date, minuteOfDay }: LocalTime): DeskState {
  return state.digestDate === null ? { ...state, digestDate: minuteOfDay >= DIGEST_MINUTE ? date : '' } : state
}
