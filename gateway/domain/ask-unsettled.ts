import type { LockId } from '#protocol/ids.ts'
import type { LockLink, Store } from './ports.ts'

/** Questions that one hello brings about: a lock answers them one by one, and the rest waits for the next hello. */
const ASK_AT_ONCE = 16

/** At each hello: asks the lock about every command of which the gateway does not know what became. */
export async function askUnsettled(
  lockId: LockId,
  deps: { store: Pick<Store, 'unsettledOpeningsOf'>; link: Pick<LockLink, 'askOutcome'> },
): Promise<void> {
  for (const { unanswered } of await deps.store.unsettledOpeningsOf(lockId, ASK_AT_ONCE)) {
    for (const command of unanswered) await deps.link.askOutcome(command)
  }
}
