import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { ReadsOfLocks } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { TempKeyStatus } from '#domain/temp-keys/temp-key.ts'
import { type DoorGuide, NO_GUIDE } from '#http/pages/shared/door-guide.ts'
import type { TempKeyView } from '#http/shapes/temp-key-view.ts'

/** Whoever holds a key that has ended has no business at the door any more. */
const LEADS_TO_THE_DOOR = {
  valid: true,
  'not-yet-valid': true,
  'used-up': true,
  expired: false,
  revoked: false,
} as const satisfies Record<TempKeyStatus, boolean>

/**
 * For whoever may see this key with its door's name. Read anew for each page: a row by its number takes some 40 µs, and
 * memory stays free of pictures.
 */
export async function findDoorGuide(
  { key, status }: TempKeyView,
  { store, locks }: { readonly store: Pick<ReadsOfLocks, 'findDoorPicture'>; readonly locks: LockRegistry },
): Promise<DoorGuide> {
  if (!LEADS_TO_THE_DOOR[status]) return NO_GUIDE
  return {
    directions: locks.get(key.lockId)?.directions ?? null,
    picture: await store.findDoorPicture(key.lockId).catch(pageWithout),
  }
}

/** A picture that can't be read must not keep a guest from the button. */
function pageWithout(error: unknown): null {
  if (error instanceof StoreFault) return null
  throw error
}
