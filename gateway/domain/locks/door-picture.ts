import { createHash } from 'node:crypto'
import { lockRefusal } from '#domain/access/caller.ts'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { NewEvent } from '#domain/events/events.ts'
import type { MadePicture, MakePicture, Picture } from '#domain/pictures/picture.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import type { SetDoorPicture, SetDoorPictureResult } from './lock-changes.ts'
import { followed, type ManageLocksDeps } from './manage-locks.ts'

type Refused = Exclude<SetDoorPictureResult, { readonly kind: 'updated' | 'unchanged' }>

/** The event names a picture by its hash: it says which one guests saw, and keeps no second copy for ever. */
export function judgeSetDoorPicture(
  { lockId, picture, by, atMs }: SetDoorPicture,
  lock: Lock | null,
  present: Picture | null,
): Refused | { readonly kind: 'unchanged' } | { readonly kind: 'updated'; readonly event: NewEvent } {
  if (lock === null) return { kind: 'lock-not-found' }
  // Checked although the request was: the lock may have been given to somebody else while the picture was made.
  const refusal = lockRefusal(by, lock)
  if (refusal !== null) return { kind: refusal }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  const hash = hashOf(picture)
  if (hash === hashOf(present)) return { kind: 'unchanged' }
  const chained = { changes: { picture: hash }, updatedBy: principalLabel(by) }
  return { kind: 'updated', event: { lockId, type: 'LockUpdated', atMs, chained, plain: {} } }
}

const hashOf = (picture: Picture | null): string | null =>
  picture === null ? null : createHash('sha256').update(picture.webp).digest('base64url')

export type ChangeDoorPictureResult = SetDoorPictureResult | Exclude<Awaited<ReturnType<MakePicture>>, MadePicture>

/** @param bytes as somebody chose them; null takes the picture away */
export async function changeDoorPicture(
  lockId: LockId,
  bytes: Uint8Array | null,
  by: Principal,
  { makePicture, ...deps }: Omit<ManageLocksDeps, 'provisioning'> & { readonly makePicture: MakePicture },
): Promise<ChangeDoorPictureResult> {
  // Before any work is spent on it.
  const lock = deps.locks.get(lockId)
  if (lock === null) return { kind: 'lock-not-found' }
  if (lock.retiredAtMs !== null) return { kind: 'lock-retired' }
  const made = bytes === null ? null : await makePicture(bytes, 'door')
  if (made !== null && made.kind !== 'made') return made
  const asked = { lockId, picture: made?.picture ?? null, by, atMs: deps.clock.nowMs() }
  return await followed(deps.store.setDoorPicture(asked), lockId, deps)
}
