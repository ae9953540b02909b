import type { Opening } from '#domain/openings/opening.ts'
import type { ClockVerdict } from '#domain/time/clock.ts'
import type { DiskVerdict } from '#domain/upkeep/regular-write.ts'
import type { LockId } from '#protocol/ids.ts'
import { allOf, between, type Findings, found, ofLock, ofSite, type Stands, weightSince } from './findings.ts'

/** The conditions of the site itself, each from the facts of one look. */

/** Percent of the disk that holds the data directory. */
const DISK_LOW = { from: 10, until: 12 }
const DISK_FULL = { from: 3, until: 5 }

export const judgeFreeSpace = (freePercent: number | null, stands: Stands): Findings =>
  freePercent === null
    ? { sightings: [], ends: [] }
    : allOf([
        found(between(freePercent, DISK_LOW), ofSite('disk-low'), stands, { weight: freePercent <= 6 ? 2 : 1 }),
        found(between(freePercent, DISK_FULL), ofSite('disk-full'), stands),
      ])

/** A write this slow fails whoever waits for it. */
const HANGS_AFTER_MS = 30_000

export function judgeWrites(verdict: DiskVerdict, stands: Stands): Findings {
  const hangs = verdict.kind === 'slow' && verdict.durationMs >= HANGS_AFTER_MS
  if (verdict.kind === 'failed' || hangs) return found('is-so', ofSite('store-failed'), stands)
  return found(verdict.kind === 'good' ? 'has-ended' : null, ofSite('store-failed'), stands)
}

export const judgeTrust = (verdict: ClockVerdict, stands: Stands): Findings =>
  found(verdict === 'trusted' ? 'has-ended' : 'is-so', ofSite('clock-untrusted'), stands)

/** A broker that restarts is back before this. */
const BROKER_STEADY_MS = 30_000

/** Whether the gateway is connected to its broker, and since when. */
export interface SeenBroker {
  readonly connected: boolean
  readonly sinceMonotonicMs: number
}

export const seeBroker = (before: SeenBroker | null, connected: boolean, monotonicMs: number): SeenBroker =>
  before?.connected === connected ? before : { connected, sinceMonotonicMs: monotonicMs }

export function judgeBroker(
  { connected, sinceMonotonicMs }: SeenBroker,
  monotonicMs: number,
  stands: Stands,
): Findings {
  const isSteady = monotonicMs - sinceMonotonicMs >= BROKER_STEADY_MS
  const verdict = connected ? 'has-ended' : 'is-so'
  return found(isSteady ? verdict : null, ofSite('broker-down'), stands)
}

/** An opening whose lock has said nothing for so long is no matter of a slow network any more. */
const UNCONFIRMED_AFTER_MS = 10 * 60_000

/**
 * @param openings unconfirmed ones, oldest first
 * @param isAll there are no others: only then the absence of a lock means something
 */
export function judgeUnconfirmed(
  { openings, isAll }: { readonly openings: readonly Opening[]; readonly isAll: boolean },
  locks: readonly LockId[],
  nowMs: number,
  stands: Stands,
): Findings {
  const oldOf = new Map<LockId, Opening[]>()
  for (const opening of openings) {
    if (nowMs - opening.startedAtMs < UNCONFIRMED_AFTER_MS) continue
    oldOf.set(opening.lockId, [...(oldOf.get(opening.lockId) ?? []), opening])
  }
  return allOf(
    locks.map((lockId) => {
      const name = ofLock('opening-unconfirmed', lockId)
      const [oldest, ...others] = oldOf.get(lockId) ?? []
      if (oldest === undefined) return found(isAll ? 'has-ended' : null, name, stands)
      // The last of them to be missed makes it worse than it was, however many have been cleared up since.
      const newest = others.at(-1) ?? oldest
      const weight = weightSince(newest.startedAtMs + UNCONFIRMED_AFTER_MS)
      return found('is-so', name, stands, { about: oldest.openingId, weight })
    }),
  )
}
