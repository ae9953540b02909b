import { StoreFault } from '#domain/store-fault.ts'
import { goesOn } from '#domain/time/goes-on.ts'
import { inTime, LATE } from '#domain/time/in-time.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import type { Doors } from './doors.ts'
import type { Reserve, ReserveResult } from './judge-reserve.ts'
import { type Arrived, sendableUntilMs } from './opening-limits.ts'

/** `LATE` when nobody can say in time whether the opening is stored: then nothing is sent for it, whatever is stored. */
export async function reserveInTime(
  asked: Reserve,
  request: Arrived,
  deps: Doors,
): Promise<ReserveResult | typeof LATE> {
  const { openingId, lockId } = asked
  const reserving = deps.store.reserve(asked)
  try {
    const reservation = await inTime(reserving, sendableUntilMs(request, deps.limits), deps.clock)
    if (reservation !== LATE) return reservation
    goesOn(reserving, openingId, deps)
  } catch (error) {
    if (!(error instanceof StoreFault && error.mayBeStored)) throw error
    deps.log.error({ lockId, openingId, cause: error.message }, 'nobody knows whether the opening was stored')
  }
  withdrawLate(openingId, lockId, deps)
  return LATE
}

/** Releases whatever is stored of an opening for which nothing can move a bolt any more. */
export function withdrawLate(openingId: OpeningId, lockId: LockId, deps: Doors): void {
  deps.log.warn({ lockId, openingId }, 'the store did not answer in time: nothing more is sent')
  const withdrawing = deps.store
    .withdraw({ openingId, reason: 'store-failed', atMs: deps.clock.nowMs() })
    .then((opening) => {
      if (opening !== null) deps.watch.announce(opening)
    })
  goesOn(withdrawing, openingId, deps)
}
