import type { Principal } from '#domain/access/principal.ts'
import type { ChangesOfTempKeys } from '#domain/ports.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId, TempKeyUuid } from '#protocol/ids.ts'
import type {
  CreateTempKeyResult,
  CreateTempKeysResult,
  NewTempKey,
  RevokeTempKeyResult,
  RevokeTempKeysResult,
  TempKeyChanges,
  TempKeySeen,
  UpdateTempKeyResult,
} from './temp-key-changes.ts'

export interface ManageTempKeysDeps {
  store: ChangesOfTempKeys
  clock: Clock
}

/** The body was checked at the border; the transaction judges what only the store can know. */
export const createTempKey = (key: NewTempKey, by: Principal, deps: ManageTempKeysDeps): Promise<CreateTempKeyResult> =>
  changeInTime(deps.store.createTempKey({ key, by, atMs: deps.clock.nowMs() }), deps.clock)

/** Keys that one call makes: one for each of so many doors. */
export const CREATED_AT_ONCE_MAX = 100

/** All of them in one transaction, or none. At most `CREATED_AT_ONCE_MAX`, each with a UUID of its own. */
export const createTempKeys = (
  keys: readonly NewTempKey[],
  by: Principal,
  deps: ManageTempKeysDeps,
): Promise<CreateTempKeysResult> =>
  changeInTime(deps.store.createTempKeys({ keys, by, atMs: deps.clock.nowMs() }), deps.clock)

/** Changes what is named and nothing else; takes effect at once for every tap that has not yet reserved. */
export const updateTempKey = (
  key: { readonly lockId: LockId; readonly uuid: TempKeyUuid; readonly seen?: TempKeySeen },
  changes: TempKeyChanges,
  by: Principal,
  deps: ManageTempKeysDeps,
): Promise<UpdateTempKeyResult> =>
  changeInTime(deps.store.updateTempKey({ ...key, changes, by, atMs: deps.clock.nowMs() }), deps.clock)

/** Takes effect at once for every tap that has not yet reserved. */
export const revokeTempKey = (
  uuid: TempKeyUuid,
  by: Principal,
  deps: ManageTempKeysDeps,
): Promise<RevokeTempKeyResult> =>
  changeInTime(deps.store.revokeTempKey({ uuid, by, atMs: deps.clock.nowMs() }), deps.clock)

/** Keys that one call revokes: all its events are one commit, and openings wait for it. */
export const REVOKED_AT_ONCE_MAX = 1_000

/** All of them in one transaction, or none; those that were revoked before stay so. At most `REVOKED_AT_ONCE_MAX`. */
export const revokeTempKeys = (
  uuids: readonly TempKeyUuid[],
  by: Principal,
  deps: ManageTempKeysDeps,
): Promise<RevokeTempKeysResult> =>
  changeInTime(deps.store.revokeTempKeys({ uuids: [...new Set(uuids)], by, atMs: deps.clock.nowMs() }), deps.clock)
