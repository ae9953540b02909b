import type { OpeningId } from '#protocol/ids.ts'
import { isFreshnessRefusal, type VerifiedAck } from './ack.ts'
import type { Clock } from './clock.ts'
import type { LiveTaps } from './live-taps.ts'
import type { LockRegistry } from './lock-registry.ts'
import { mayStillBeOpen } from './opening.ts'
import type { OpeningWatch } from './opening-watch.ts'
import { type LockLink, type Log, type Settled, type Store, StoreFault } from './ports.ts'

export interface SettleDeps {
  store: Pick<Store, 'settle'>
  link: Pick<LockLink, 'giveReceipt'>
  watch: OpeningWatch
  clock: Pick<Clock, 'nowMs'>
  log: Log
}

/** Stores a lock's word, tells who waits for it, and only then gives the receipt. Rejects with StoreFault: then no receipt. */
export async function settleOpening(ack: VerifiedAck, deps: SettleDeps): Promise<Settled> {
  const settled = await deps.store.settle(ack, deps.clock.nowMs())
  if (settled.opening !== null) deps.watch.announce(settled.opening)
  deps.link.giveReceipt(ack)
  const fields = {
    lockId: ack.lockId,
    openingId: ack.openingId,
    result: ack.result,
    reason: ack.reason,
    effect: settled.kind,
  }
  if (settled.kind === 'orphan') deps.log.warn(fields, 'ack for a command that was never stored')
  else deps.log.info({ ...fields, state: settled.opening?.state }, 'ack stored')
  return settled
}

/** For an ack that no request waits for. The lock repeats it until it has a receipt, so a store that fails is asked again. */
export async function settleLateAck(
  ack: VerifiedAck,
  deps: SettleDeps & { inProgress: ReadonlySet<OpeningId>; taps: LiveTaps; locks: LockRegistry },
): Promise<void> {
  // Said twice, it must not settle what the running request is about to answer with a command signed anew.
  if (isFreshnessRefusal(ack) && deps.inProgress.has(ack.openingId)) return
  try {
    const { kind, opening } = await settleOpening(ack, deps)
    if (kind !== 'settled' || opening?.state !== 'opened') return
    const pulseS = deps.locks.get(opening.lockId)?.pulseS ?? 0
    if (mayStillBeOpen(opening, pulseS, deps.clock.nowMs())) deps.taps.succeededLate(opening)
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error(
      { lockId: ack.lockId, openingId: ack.openingId, cause: error.message },
      'ack not stored, no receipt given',
    )
  }
}
