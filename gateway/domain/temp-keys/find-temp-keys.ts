import type { Principal } from '#domain/access/principal.ts'
import { type DoorsMeant, doorsOrRefusal, hasPart, type NoSuchDoors } from '#domain/locks/doors-meant.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { ReadsOfTempKeys } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import { type NextChange, nextChangeOf } from './next-change.ts'
import { pastedKey } from './pasted-key.ts'
import { type TempKey, type TempKeyStatus, tempKeyStatus } from './temp-key.ts'
import type { NumberedTempKey } from './temp-key-changes.ts'

/** Everything that is named has to be so. */
export interface TempKeyFilter extends DoorsMeant {
  /** A part of the description or of a user's id, without regard to case; or a key's UUID or link. */
  readonly match: string | null
  /** Null for all but revoked ones. */
  readonly state: TempKeyStatus | null
  /** One who may use it, by his whole id. */
  readonly user: string | null
  readonly includeRevoked: boolean
}

export interface FoundTempKey {
  /** By which staff's pages name it. */
  readonly number: number
  readonly key: TempKey
  readonly lock: Lock
  readonly status: TempKeyStatus
  readonly nextChange: NextChange | null
}

export interface FoundTempKeys {
  readonly kind: 'found'
  /** The newest first. There may be fewer than asked for, even none, though `nextCursor` says that more are left. */
  readonly keys: readonly FoundTempKey[]
  readonly nextCursor: number | null
}

interface Deps {
  readonly store: ReadsOfTempKeys
  readonly locks: LockRegistry
  readonly clock: Clock
}

/** A page of the keys of all doors that whoever asks may see. @param page `before` is the cursor of the page before it */
export async function findTempKeys(
  filter: TempKeyFilter,
  page: { readonly before: number | null; readonly limit: number },
  principal: Principal,
  { store, locks, clock }: Deps,
): Promise<FoundTempKeys | NoSuchDoors> {
  const named = doorsOrRefusal(filter, locks.listFor(principal))
  if (named !== null && 'kind' in named) return named
  const doors = named ?? locks.seenBy(principal)
  const nowMs = clock.nowMs()
  const isWanted = wantedBy(filter, nowMs)
  const uuid = filter.match === null ? null : pastedKey(filter.match)
  const includeRevoked = filter.includeRevoked || filter.state === 'revoked'
  const found =
    uuid === null
      ? await store.searchTempKeys({ ...page, locks: doors, includeRevoked, isWanted })
      : await oneKey(uuid, doors, isWanted, store)
  // Locks may have changed hands while it was read.
  const seen = locks.seenBy(principal)
  const keys = found.keys.flatMap(({ number, key }): FoundTempKey[] => {
    const lock = locks.get(key.lockId)
    if (lock === null || (seen !== null && !seen.has(key.lockId))) return []
    return [{ number, key, lock, status: tempKeyStatus(key, nowMs), nextChange: nextChangeOf(key, nowMs) }]
  })
  return { kind: 'found', keys, nextCursor: found.nextCursor }
}

/** Who has a key's link means this one, revoked or not. */
async function oneKey(
  uuid: TempKeyUuid,
  doors: ReadonlySet<LockId> | null,
  isWanted: (key: TempKey) => boolean,
  store: Pick<ReadsOfTempKeys, 'findTempKey' | 'numberOfTempKey'>,
): Promise<{ keys: readonly NumberedTempKey[]; nextCursor: null }> {
  const [key, number] = [await store.findTempKey(uuid), await store.numberOfTempKey(uuid)]
  const isMeant = key !== null && number !== null && (doors === null || doors.has(key.lockId)) && isWanted(key)
  return { keys: isMeant ? [{ number, key }] : [], nextCursor: null }
}

function wantedBy(filter: TempKeyFilter, nowMs: number): (key: TempKey) => boolean {
  const { match, state, user } = filter
  const words = match === null || pastedKey(match) !== null ? null : match
  return (key) => {
    if (state !== null && tempKeyStatus(key, nowMs) !== state) return false
    if (user !== null && !key.allowedUserIds.some((userId) => userId === user)) return false
    if (words === null) return true
    return hasPart(key.description ?? '', words) || key.allowedUserIds.some((userId) => hasPart(userId, words))
  }
}
