import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import { neverBeforeMs } from '#domain/time/never-before.ts'
import type { StaffId } from '#protocol/ids.ts'
import type { Staff } from './staff.ts'
import type { StaffDeps, StaffMembers } from './staff-members.ts'
import {
  isSessionOver,
  isSessionValue,
  newSessionValue,
  type SessionTimes,
  type StaffSession,
  sessionHash,
} from './staff-session.ts'

/** Phones, tablets and laptops of one person; the one that was idle for longest is signed out for a further one. */
export const SESSIONS_EACH_MAX = 10

interface Live {
  readonly stored: StaffSession
  readonly began: SessionTimes
  seen: SessionTimes
  /** What is stored of `seen`. */
  keptWallMs: number
  readonly ends: Set<() => void>
}

/** Whoever is signed in, as one request sees it. */
export interface SignedIn {
  readonly member: Staff
  /** Runs once when the session ends, for whatever reason; the answer forgets it. */
  onEnd(run: () => void): () => void
}

/**
 * The sessions of the console, in memory and in the store: a restart of the gateway signs nobody out, and the end of a
 * session is its end at once, with every stream that hangs on it.
 */
export class StaffSessions {
  readonly #deps: StaffDeps & { readonly members: StaffMembers; readonly log: Log }
  readonly #live = new Map<string, Live>()
  /** Ended here, and perhaps not yet in the store. */
  readonly #toForget = new Set<string>()

  constructor(stored: readonly StaffSession[], deps: StaffDeps & { members: StaffMembers; log: Log }) {
    this.#deps = deps
    const now = this.#now()
    for (const session of stored) this.#put(session, now)
    deps.members.watchLosses((id) => this.#endAllOf(id))
    this.endDue()
  }

  /**
   * A new session for whoever has this code; null when it is not good. The session that the browser had before is over.
   * It begins even while nothing can be stored, because that is when people have to look: then it ends with the gateway.
   *
   * @param before the value that the browser sent, never taken over
   */
  async signIn(
    code: string,
    { before, isSecure }: { readonly before: string | null; readonly isSecure: boolean },
  ): Promise<{ readonly value: string; readonly member: Staff } | null> {
    const member = this.#deps.members.withCode(code)
    if (member === null) return null
    if (before !== null) this.#end(sessionHash(before))
    this.#makeRoomFor(member.id)
    const value = newSessionValue()
    const now = this.#now()
    const times = { beganAtMs: now.wallMs, seenAtMs: now.wallMs }
    const session: StaffSession = { hash: sessionHash(value), staffId: member.id, ...times, isSecure }
    this.#put(session, now)
    this.#deps.members.noteUse(member.id, now.wallMs)
    await this.#stored(this.#deps.store.beginStaffSession({ session, atMs: this.#deps.clock.nowMs() }))
    await this.#forget()
    return { value, member }
  }

  /** @param byPerson false for what a page asks by itself: that keeps nobody signed in */
  find(value: string, { isSecure, byPerson }: { isSecure: boolean; byPerson: boolean }): SignedIn | null {
    const live = isSessionValue(value) ? this.#live.get(sessionHash(value)) : undefined
    if (live === undefined || live.stored.isSecure !== isSecure) return null
    const now = this.#now()
    const member = this.#deps.members.good(live.stored.staffId)
    if (member === null || isSessionOver(live.began, live.seen, now)) {
      this.#end(live.stored.hash)
      return null
    }
    if (byPerson) live.seen = now
    return {
      member,
      onEnd: (run) => {
        // It may have ended since it was found: then nothing else would tell of it.
        if (this.#live.get(live.stored.hash) === live) live.ends.add(run)
        else queueMicrotask(run)
        return () => live.ends.delete(run)
      },
    }
  }

  isLive(value: string): boolean {
    return this.#live.has(sessionHash(value))
  }

  async signOut(value: string): Promise<void> {
    this.#end(sessionHash(value))
    await this.#forget()
  }

  /** Ends what is over; call it often, for nobody asks for a session whose stream is open. */
  endDue(): void {
    const now = this.#now()
    for (const { stored, began, seen } of [...this.#live.values()]) {
      const isGood = this.#deps.members.good(stored.staffId) !== null
      if (!isGood || isSessionOver(began, seen, now)) this.#end(stored.hash)
    }
  }

  /** Stores when people were last seen, and forgets what has ended, if that is not stored yet. */
  async keep(): Promise<void> {
    this.endDue()
    await this.#forget()
    const unkept = [...this.#live.values()].filter(({ seen, keptWallMs }) => seen.wallMs > keptWallMs)
    if (unkept.length === 0) return
    const seen = unkept.map((live) => ({ hash: live.stored.hash, atMs: live.seen.wallMs }))
    await this.#deps.store.noteStaffSeen({ seen })
    for (const [at, live] of unkept.entries()) live.keptWallMs = seen[at]?.atMs ?? live.keptWallMs
  }

  #put(session: StaffSession, now: SessionTimes): void {
    const agoOf = (wallMs: number): SessionTimes => ({
      wallMs,
      monotonicMs: now.monotonicMs - Math.max(0, now.wallMs - wallMs),
    })
    this.#live.set(session.hash, {
      ...{ stored: session, began: agoOf(session.beganAtMs), seen: agoOf(session.seenAtMs) },
      ...{ keptWallMs: session.seenAtMs, ends: new Set() },
    })
  }

  #makeRoomFor(staffId: StaffId): void {
    const theirs = [...this.#live.values()]
      .filter(({ stored }) => stored.staffId === staffId)
      .sort((a, b) => b.seen.monotonicMs - a.seen.monotonicMs)
    for (const { stored } of theirs.slice(SESSIONS_EACH_MAX - 1)) this.#end(stored.hash)
  }

  #endAllOf(id: StaffId): void {
    for (const { stored } of [...this.#live.values()]) if (stored.staffId === id) this.#end(stored.hash)
  }

  #end(hash: string): void {
    const live = this.#live.get(hash)
    if (live === undefined) return
    this.#live.delete(hash)
    this.#toForget.add(hash)
    for (const run of live.ends) run()
  }

  async #forget(): Promise<void> {
    const hashes = [...this.#toForget]
    if (hashes.length === 0) return
    const isForgotten = await this.#stored(
      this.#deps.store.endStaffSessions({ hashes, atMs: this.#deps.clock.nowMs() }),
    )
    if (isForgotten) for (const hash of hashes) this.#toForget.delete(hash)
  }

  /** False when nobody knows whether it is stored. */
  async #stored(change: Promise<void>): Promise<boolean> {
    try {
      await changeInTime(change, this.#deps.clock)
      return true
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      this.#deps.log.warn({ cause: error.message }, 'a session of the console is not stored')
      return false
    }
  }

  #now(): SessionTimes {
    const { clock, clockTrust } = this.#deps
    return { wallMs: neverBeforeMs(clock, clockTrust), monotonicMs: clock.monotonicMs() }
  }
}
