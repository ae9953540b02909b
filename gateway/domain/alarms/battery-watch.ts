import type { LockPresence } from '#domain/locks/lock-link.ts'
import type { LockId } from '#protocol/ids.ts'
import { allOf, type Findings, found, ofLock, type Stands, type Verdict } from './findings.ts'

/** Percent: a battery this low raises the alarm, and one of `clear` or more, told twice in a row, ends it. */
export const BATTERY_LIMITS = {
  'battery-low': { raise: 20, clear: 30 },
  'battery-critical': { raise: 5, clear: 10 },
} as const
type BatteryKind = keyof typeof BATTERY_LIMITS

const REPORTS_TO_CLEAR = 2
/** Below this a low battery is worse than it was. */
const VERY_LOW_PERCENT = 10

/** The last report, and how many in a row were good enough to end each alarm. */
export interface SeenBattery {
  readonly reportedAtMs: number
  readonly percent: number
  readonly good: Readonly<Record<BatteryKind, number>>
}

/** What is not known is no report: neither null nor a lock that says nothing more ends an alarm. */
export function seeBattery(
  before: SeenBattery | null,
  { lastSeenMs, batteryPercent: percent }: Pick<LockPresence, 'lastSeenMs' | 'batteryPercent'>,
): SeenBattery | null {
  if (percent === null || lastSeenMs === null || lastSeenMs === before?.reportedAtMs) return before
  const counted = (kind: BatteryKind): number =>
    percent >= BATTERY_LIMITS[kind].clear ? (before?.good[kind] ?? 0) + 1 : 0
  return {
    reportedAtMs: lastSeenMs,
    percent,
    good: { 'battery-low': counted('battery-low'), 'battery-critical': counted('battery-critical') },
  }
}

export function judgeBattery(seen: SeenBattery | null, lockId: LockId, stands: Stands): Findings {
  if (seen === null) return { sightings: [], ends: [] }
  const verdictOf = (kind: BatteryKind): Verdict => {
    if (seen.percent <= BATTERY_LIMITS[kind].raise) return 'is-so'
    return seen.good[kind] >= REPORTS_TO_CLEAR ? 'has-ended' : null
  }
  const weight = seen.percent <= VERY_LOW_PERCENT ? 2 : 1
  const critical = verdictOf('battery-critical')
  const isCritical = critical === 'is-so' || (critical === null && stands(ofLock('battery-critical', lockId)))
  return allOf([
    // One battery is one thing to see to: the graver alarm takes the place of the other.
    found(isCritical ? 'has-ended' : verdictOf('battery-low'), ofLock('battery-low', lockId), stands, { weight }),
    found(critical, ofLock('battery-critical', lockId), stands),
  ])
}
