import type { Principal } from '#domain/access/principal.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Lock } from './lock.ts'
import type { LockReflash } from './lock-changes.ts'
import { type FlashingSheet, followed, lockOfOtherForm, type ManageLocksDeps } from './manage-locks.ts'

export interface ReflashLock {
  readonly lockId: LockId
  /** `made-here`: the gateway makes the pair. `kept`: the lock has it already, and only its password changes. */
  readonly key:
    | { readonly kind: 'made-here' | 'kept' }
    /** Public key made on the lock, in whatever form. */
    | { readonly kind: 'made-on-lock'; readonly publicKeyPem: string }
}

export type ReflashLockResult =
  | { readonly kind: 'reflashed'; readonly lock: Lock; readonly flashing: FlashingSheet }
  | { readonly kind: 'lock-not-found' | 'no-key-yet' | 'lock-retired' }
  | { readonly kind: 'bad-public-key'; readonly message: string }

/**
 * Makes what a lock is flashed with again: always with a new password, which locks out whoever knows the old one. With
 * a new key pair, nothing signed by the old key is accepted any more.
 */
export async function reflashLock(
  { lockId, key }: ReflashLock,
  by: Principal,
  deps: ManageLocksDeps,
): Promise<ReflashLockResult> {
  const { provisioning, store, clock } = deps
  const made = key.kind === 'made-here' ? await provisioning.newKeyPair() : null
  const given = key.kind === 'made-on-lock' ? key.publicKeyPem : (made?.publicKeyPem ?? null)
  let newKey: LockReflash['key'] = null
  if (given !== null) {
    const read = await provisioning.readPublicKey(given)
    if ('wrong' in read) return { kind: 'bad-public-key', message: read.wrong }
    const twin = await lockOfOtherForm(read.publicKeyPem, deps)
    if (twin !== null) return { kind: 'bad-public-key', message: knownKey(twin, lockId) }
    newKey = { publicKeyPem: read.publicKeyPem, keyMadeBy: made === null ? 'lock' : 'gateway' }
  }
  const { password, hash } = provisioning.newPassword()
  const reflash = { key: newKey, mqttPasswordHash: hash, former: await presentKey(lockId, deps) }
  const storing = store.reflashLock({ lockId, reflash, by, atMs: clock.nowMs() })
  const result = await followed(storing, lockId, deps)
  switch (result.kind) {
    case 'reflashed':
      return {
        ...result,
        flashing: provisioning.flashing(result.lock, { password, privateKey: made?.privateKey ?? null }),
      }
    case 'key-taken':
      return { kind: 'bad-public-key', message: knownKey(result.byLock, lockId) }
    case 'lock-not-found':
    case 'no-key-yet':
    case 'lock-retired':
      return result
    default:
      return unreachable(result)
  }
}

/**
 * Earlier versions kept keys in other forms than the one that the store can compare, and none of them may come back. Null
 * for a key that nothing is read from, which stays as it is.
 */
async function presentKey(lockId: LockId, deps: ManageLocksDeps): Promise<LockReflash['former']> {
  const stored = deps.locks.get(lockId)?.publicKeyPem ?? null
  if (stored === null) return null
  const read = await deps.provisioning.readPublicKey(stored)
  return 'publicKeyPem' in read ? { stored, canonical: read.publicKeyPem } : null
}

const knownKey = (byLock: LockId, lockId: LockId): string =>
  byLock === lockId
    ? 'this lock has this key, or had it once: make another pair on the board, or keep the one that it has'
    : `this is a key of lock ${byLock}, now or once: each lock needs a pair of its own`
