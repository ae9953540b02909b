import { timingSafeEqual } from 'node:crypto'
import type { StaffStore } from '#domain/access-ports.ts'
import type { Clock, ClockTrust } from '#domain/time/clock.ts'
import { followChange } from '#domain/time/follow-change.ts'
import { neverBeforeMs } from '#domain/time/never-before.ts'
import { newStaffId, type StaffId } from '#protocol/ids.ts'
import { accessCodeHash, newAccessCode, readAccessCode } from './access-code.ts'
import type { Principal } from './principal.ts'
import {
  ACCESS_LASTS_MAX_MS,
  ACCESS_LASTS_MS,
  type AddStaff,
  type AddStaffResult,
  type ChangeStaffResult,
  type Staff,
  type StaffChange,
} from './staff.ts'

export interface StaffDeps {
  readonly store: StaffStore
  readonly clock: Clock
  readonly clockTrust: ClockTrust
}

/** `code` is the only copy. */
export type AddedStaff =
  | { readonly kind: 'added'; readonly member: Staff; readonly code: string }
  | Exclude<AddStaffResult, { readonly kind: 'added' }>
  | WrongUntil
export type WrongUntil = { readonly kind: 'until-over' | 'until-too-far' }
export type NewCode =
  | { readonly kind: 'changed'; readonly member: Staff; readonly code: string }
  | { readonly kind: 'staff-not-found' }

/** Everybody with access to the console, in memory: one process owns the store, so a removal takes effect at once. */
export class StaffMembers {
  readonly #deps: StaffDeps
  readonly #members: Map<StaffId, Staff>
  readonly #watchers: ((id: StaffId) => void)[] = []

  /** @param present nobody who was removed */
  constructor(present: readonly Staff[], deps: StaffDeps) {
    this.#deps = deps
    this.#members = new Map(present.map((member) => [member.id, member]))
  }

  /** Hears of everybody whose sessions are over: removed, in another role, or with a new code. */
  watchLosses(lost: (id: StaffId) => void): void {
    this.#watchers.push(lost)
  }

  /** By name; those whose access has ended too. */
  list(): readonly Staff[] {
    return [...this.#members.values()].sort((a, b) => a.name.localeCompare(b.name))
  }

  get(id: StaffId): Staff | null {
    return this.#members.get(id) ?? null
  }

  /** With access at this moment. */
  good(id: StaffId): Staff | null {
    const member = this.get(id)
    return member !== null && this.#nowMs() < member.untilMs ? member : null
  }

  /** Null for every code that is not good, for whatever reason, after the same work. */
  withCode(typed: string): Staff | null {
    const given = Buffer.from(accessCodeHash(readAccessCode(typed) ?? ''))
    let found: Staff | null = null
    for (const member of this.#members.values()) {
      if (timingSafeEqual(Buffer.from(member.codeHash), given)) found = member
    }
    return found !== null && this.#nowMs() < found.untilMs ? found : null
  }

  /** @param untilMs null for the usual time */
  async add(
    { untilMs, ...asked }: Pick<AddStaff, 'name' | 'role'> & { readonly untilMs: number | null },
    by: Principal,
  ): Promise<AddedStaff> {
    const atMs = this.#deps.clock.nowMs()
    const until = untilMs ?? atMs + ACCESS_LASTS_MS
    const wrong = wrongUntil(until, atMs)
    if (wrong !== null) return wrong
    const [code, id] = [newAccessCode(), newStaffId()]
    const codeHash = hashOf(code)
    const adding = this.#deps.store.addStaff({ ...asked, id, codeHash, untilMs: until, by, atMs })
    const follow = (result: AddStaffResult): void => {
      if (result.kind === 'added') this.#take(id, result.member)
    }
    const result = await followChange(adding, { follow, readAgain: () => this.#readAgain(id) }, this.#deps.clock)
    return result.kind === 'added' ? { ...result, code } : result
  }

  async change(
    id: StaffId,
    change: Exclude<StaffChange, { readonly kind: 'code' }>,
    by: Principal,
  ): Promise<ChangeStaffResult | WrongUntil> {
    const wrong = change.kind === 'until' ? wrongUntil(change.untilMs, this.#deps.clock.nowMs()) : null
    return wrong ?? (await this.#change(id, change, by))
  }

  /** The code before it is good no more, nor is any session that began with it. */
  async newCode(id: StaffId, by: Principal): Promise<NewCode> {
    const code = newAccessCode()
    const result = await this.#change(id, { kind: 'code', codeHash: hashOf(code) }, by)
    return result.kind === 'staff-not-found' ? result : { kind: 'changed', member: result.member, code }
  }

  /** Somebody has signed in. */
  noteUse(id: StaffId, atMs: number): void {
    const member = this.get(id)
    if (member !== null) this.#members.set(id, { ...member, lastUsedAtMs: atMs })
  }

  #change(id: StaffId, change: StaffChange, by: Principal): Promise<ChangeStaffResult> {
    const { store, clock } = this.#deps
    const changing = store.changeStaff({ id, change, by, atMs: clock.nowMs() })
    const follow = (result: ChangeStaffResult): void => {
      if (result.kind !== 'changed') return
      this.#take(id, result.member)
      if (change.kind !== 'until') this.#tellLoss(id)
    }
    const readAgain = async (): Promise<void> => {
      // Nobody knows whether it is stored: a session too few is better than one too many.
      this.#tellLoss(id)
      await this.#readAgain(id)
    }
    return followChange(changing, { follow, readAgain }, clock)
  }

  async #readAgain(id: StaffId): Promise<void> {
    this.#take(id, await this.#deps.store.findStaff(id))
  }

  #take(id: StaffId, stored: Staff | null): void {
    if (stored === null || stored.removedAtMs !== null) this.#members.delete(id)
    else this.#members.set(id, stored)
  }

  #tellLoss(id: StaffId): void {
    for (const lost of this.#watchers) lost(id)
  }

  #nowMs(): number {
    return neverBeforeMs(this.#deps.clock, this.#deps.clockTrust)
  }
}

const hashOf = (code: string): string => accessCodeHash(readAccessCode(code) ?? '')

function wrongUntil(untilMs: number, nowMs: number): WrongUntil | null {
  if (untilMs <= nowMs) return { kind: 'until-over' }
  return untilMs - nowMs > ACCESS_LASTS_MAX_MS ? { kind: 'until-too-far' } : null
}
