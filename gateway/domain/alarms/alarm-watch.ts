import type { ApiKeys } from '#domain/access/api-keys.ts'
import type { StaffMembers } from '#domain/access/staff-members.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockLink, LockPresence } from '#domain/locks/lock-link.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { Store } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { type Clock, type ClockTrust, judgeClock } from '#domain/time/clock.ts'
import type { RegularWrite } from '#domain/upkeep/regular-write.ts'
import type { LockId } from '#protocol/ids.ts'
import { judgeAccessEnding } from './access-ending.ts'
import { judgeBattery, type SeenBattery, seeBattery } from './battery-watch.ts'
import { allOf, type Findings, found, ofLock, ofSite, type Stands, type Verdict } from './findings.ts'
import { judgeBack, type LocksBack } from './locks-back.ts'
import { BACK_WITHIN_MS, judgeOffline, type SeenPresence, seePresence } from './presence-watch.ts'
import {
  judgeBroker,
  judgeFreeSpace,
  judgeTrust,
  judgeUnconfirmed,
  judgeWrites,
  type SeenBroker,
  seeBroker,
} from './site-conditions.ts'

/** Everything that a look sees. Nothing of it waits for a door, and no door waits for it. */
export interface WatchedSite {
  readonly locks: Pick<LockRegistry, 'list'>
  readonly link: Pick<LockLink, 'presence'> & { readonly connected: boolean }
  readonly store: Pick<Store, 'unsettledOpenings' | 'locksNotArrived' | 'noteArrivals'>
  readonly apiKeys: Pick<ApiKeys, 'list'>
  readonly staff: Pick<StaffMembers, 'list'>
  readonly writes: Pick<RegularWrite, 'verdict'>
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>
  readonly clockTrust: ClockTrust
  /** Of the disk that holds the data directory, 0–100; null while nobody knows. */
  freePercent(): number | null
  /** Log lines that were lost since the start. */
  linesLost(): number
  /** Whether alarms stand of which nobody could be told; null while that is not known. */
  nobodyTold(): Verdict
  /** UTC of when a person put new batteries in; null when nobody did since the start. */
  batterySinceMs(lockId: LockId): number | null
  /** A lock that is away for so long is called offline, where it has no time of its own. */
  readonly offlineAfterMs: number
}

/** Looks further apart show that the process stood still, and what it thinks of the locks is as old. */
const STOOD_STILL_MS = 60_000
const NEVER_CAME_AFTER_MS = 24 * 3_600_000
const OPENINGS_MAX = 1_000
const NOT_ARRIVED_MAX = 20_000
const ARRIVALS_AT_ONCE = 100

/** What the store tells of one look. */
interface StoredFacts {
  readonly notArrived: ReadonlySet<LockId>
  readonly late: ReadonlySet<LockId>
  readonly unconfirmed: { readonly openings: readonly Opening[]; readonly isAll: boolean }
}

/** Also between two looks: who comes and goes within seconds is missed like any other. */
const hasAnswered = ({ sinceMs }: { readonly sinceMs: number | null }): boolean => sinceMs !== null

/** Looks at the whole site again and again, and tells what is wrong with it and what no longer is. */
export class AlarmWatch {
  readonly #site: WatchedSite
  readonly #stands: Stands
  readonly #presence = new Map<LockId, SeenPresence>()
  readonly #battery = new Map<LockId, SeenBattery | null>()
  #broker: SeenBroker | null = null
  #lastLookMonotonicMs: number | null = null
  /** The process has watched without a break since then. */
  #watchedSinceMonotonicMs = 0
  #linesLost = 0
  #isKeeping = false
  #stored: StoredFacts | null = null
  /** Locks that are expected, and whether each is online. */
  readonly #present = new Map<LockId, boolean>()

  constructor(site: WatchedSite, stands: Stands) {
    this.#site = site
    this.#stands = stands
  }

  /** As the last look saw it. */
  back(): LocksBack {
    const isKnown = (lockId: LockId) => this.#stands(ofLock('lock-offline', lockId))
    return judgeBack(this.#present, isKnown, this.#callableFromMs(), this.#site.clock.monotonicMs())
  }

  async look(): Promise<Findings> {
    const { clock, link, locks } = this.#site
    const monotonicMs = clock.monotonicMs()
    const sinceLastMs = monotonicMs - (this.#lastLookMonotonicMs ?? -Infinity)
    if (sinceLastMs > STOOD_STILL_MS) this.#watchedSinceMonotonicMs = monotonicMs
    this.#lastLookMonotonicMs = monotonicMs
    this.#broker = seeBroker(this.#broker, link.connected, monotonicMs)
    const stored = await this.#readStore()
    const all = locks.list()
    const ofLocks = all.map((lock) => this.#lookAt(lock, stored, monotonicMs))
    return allOf([...this.#ofSite(this.#broker, stored, all, monotonicMs), ...ofLocks])
  }

  #ofSite(broker: SeenBroker, stored: StoredFacts | null, locks: readonly Lock[], monotonicMs: number): Findings[] {
    const { clock, clockTrust, writes, apiKeys, staff, freePercent } = this.#site
    const nowMs = clock.nowMs()
    const lockIds = locks.map(({ lockId }) => lockId)
    return [
      judgeBroker(broker, monotonicMs, this.#stands),
      judgeWrites(writes.verdict(), this.#stands),
      judgeFreeSpace(freePercent(), this.#stands),
      judgeTrust(judgeClock(nowMs, clockTrust), this.#stands),
      judgeAccessEnding({ keys: apiKeys.list(), staff: staff.list() }, nowMs, this.#stands),
      ...(stored === null ? [] : [judgeUnconfirmed(stored.unconfirmed, lockIds, nowMs, this.#stands)]),
      found(this.#site.nobodyTold(), ofSite('nobody-told'), this.#stands),
      this.#newlyLostLines(),
    ]
  }

  #newlyLostLines(): Findings {
    const lost = this.#site.linesLost()
    const times = lost - this.#linesLost
    this.#linesLost = lost
    return { sightings: times > 0 ? [{ ...ofSite('log-lines-lost'), about: null, times }] : [], ends: [] }
  }

  #lookAt(lock: Lock, stored: StoredFacts | null, monotonicMs: number): Findings {
    const { lockId } = lock
    if (lock.retiredAtMs !== null || lock.publicKeyPem === null) {
      this.#presence.delete(lockId)
      this.#present.delete(lockId)
      this.#battery.delete(lockId)
      const gone = (['lock-offline', 'lock-never-came', 'battery-low', 'battery-critical'] as const).map((kind) =>
        found('has-ended', ofLock(kind, lockId), this.#stands),
      )
      return allOf(gone)
    }
    const presence = this.#site.link.presence(lockId)
    const seen = seePresence(this.#presence.get(lockId), presence, monotonicMs)
    this.#presence.set(lockId, seen)
    const battery = this.#seeBattery(lockId, presence)
    this.#battery.set(lockId, battery)
    return allOf([
      judgeBattery(battery, lockId, this.#stands),
      ...(stored === null ? [] : this.#comesOrGoes(lock, seen, stored, monotonicMs)),
    ])
  }

  /** What a lock said of the battery that somebody has replaced since is no report of the new one. */
  #seeBattery(lockId: LockId, presence: LockPresence): SeenBattery | null {
    const replacedMs = this.#site.batterySinceMs(lockId)
    const isOld = (atMs: number | null): boolean => replacedMs !== null && atMs !== null && atMs <= replacedMs
    const before = this.#battery.get(lockId) ?? null
    if (isOld(presence.lastSeenMs)) return null
    return seeBattery(isOld(before?.reportedAtMs ?? null) ? null : before, presence)
  }

  /** One that never came is not offline: nobody has missed it yet. */
  #comesOrGoes(
    { lockId, offlineAfterMin }: Lock,
    seen: SeenPresence,
    stored: StoredFacts,
    monotonicMs: number,
  ): Findings[] {
    const hasArrived = hasAnswered(seen) || !stored.notArrived.has(lockId)
    const isLate = !seen.online && stored.late.has(lockId)
    if (hasArrived) this.#present.set(lockId, seen.online)
    const ownMs = offlineAfterMin === null ? this.#site.offlineAfterMs : offlineAfterMin * 60_000
    const limits = { offlineAfterMs: ownMs, callableFromMonotonicMs: this.#callableFromMs() }
    const offline = hasArrived ? judgeOffline(seen, monotonicMs, limits) : null
    const neverCame = hasArrived ? 'has-ended' : isLate ? 'is-so' : null
    return [
      found(offline, ofLock('lock-offline', lockId), this.#stands, { beganAtMs: this.#awaySinceMs(seen, monotonicMs) }),
      found(neverCame, ofLock('lock-never-came', lockId), this.#stands),
    ]
  }

  /** Of a lock that was not heard since the start, the first look that missed it is what is known. */
  #awaySinceMs({ sinceMs, sinceMonotonicMs }: SeenPresence, monotonicMs: number): number {
    return sinceMs ?? this.#site.clock.nowMs() - (monotonicMs - sinceMonotonicMs)
  }

  #callableFromMs(): number | null {
    if (this.#broker?.connected !== true) return null
    return Math.max(this.#watchedSinceMonotonicMs, this.#broker.sinceMonotonicMs) + BACK_WITHIN_MS
  }

  /** A store that can't be read is another alarm's affair: what it told before goes on. */
  async #readStore(): Promise<StoredFacts | null> {
    const { store, clock, link } = this.#site
    const nowMs = clock.nowMs()
    try {
      const notArrived = await store.locksNotArrived(Number.MAX_SAFE_INTEGER, NOT_ARRIVED_MAX)
      const openings = await store.unsettledOpenings(OPENINGS_MAX)
      this.#stored = {
        notArrived: new Set(notArrived),
        late: new Set(await store.locksNotArrived(nowMs - NEVER_CAME_AFTER_MS, NOT_ARRIVED_MAX)),
        unconfirmed: { openings, isAll: openings.length < OPENINGS_MAX },
      }
      this.#keepArrivals(notArrived.filter((lockId) => hasAnswered(link.presence(lockId))).slice(0, ARRIVALS_AT_ONCE))
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
    }
    return this.#stored
  }

  /** No look waits for it: a disk that hangs must not make the watch blind. What is not stored is tried at the next look. */
  #keepArrivals(lockIds: readonly LockId[]): void {
    if (lockIds.length === 0 || this.#isKeeping) return
    const { store, clock } = this.#site
    this.#isKeeping = true
    const kept = () => {
      this.#isKeeping = false
    }
    store.noteArrivals({ lockIds, atMs: clock.nowMs() }).then(kept, kept)
  }
}
