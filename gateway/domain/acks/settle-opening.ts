import type { LockLink } from '#domain/locks/lock-link.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Settled } from '#domain/openings/judge-settle.ts'
import { mayStillBeOpen, type OpeningSteps } from '#domain/openings/opening.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Log, Store } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { LiveTaps } from '#domain/taps/live-taps.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { isFreshnessRefusal, type VerifiedAck } from './ack.ts'
import type { SurplusBook } from './surplus-book.ts'

export interface SettleDeps {
  store: Pick<Store, 'settle'>
  link: Pick<LockLink, 'giveReceipt'>
  watch: OpeningWatch
  clock: Pick<Clock, 'nowMs'>
  log: Log
}

/** Stores a lock's word, tells who waits for it, and only then gives the receipt. Rejects with StoreFault: then no receipt. */
export async function settleOpening(ack: VerifiedAck, steps: OpeningSteps, deps: SettleDeps): Promise<Settled> {
  const settled = await deps.store.settle({ ack, steps, atMs: deps.clock.nowMs() })
  tell(ack, settled, deps)
  return settled
}

/** Once the ack is stored: announces the opening to those who wait, gives the lock its receipt, and writes the log. */
function tell(ack: VerifiedAck, settled: Settled, deps: Pick<SettleDeps, 'link' | 'watch' | 'log'>): void {
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
}

export interface SettleLateDeps extends Omit<SettleDeps, 'store'> {
  store: Pick<Store, 'knownWord' | 'settleLate'>
  inProgress: ReadonlySet<OpeningId>
  taps: LiveTaps
  locks: LockRegistry
  surplus: SurplusBook
}

/**
 * For an ack that no request waits for. The lock repeats it until it has a receipt, so a store that fails is asked again.
 * A lock can sign without end: only a word that is new is stored, and what is known costs no more than a look.
 */
export async function settleLateAck(ack: VerifiedAck, deps: SettleLateDeps): Promise<void> {
  // A repeated freshness refusal must not settle an opening whose request is about to send a freshly signed command:
  // its use would be released while the bolt moves. `isDue` in `mustBeDueToResign` guards against the same in the
  // store. Either guard is enough; both stay, so that a mistake in one of them can't release such a use.
  if (isFreshnessRefusal(ack) && deps.inProgress.has(ack.openingId)) return
  try {
    switch (await deps.store.knownWord(ack)) {
      case 'said-in-other-bytes':
        deps.surplus.addFurther(ack)
        deps.link.giveReceipt(ack)
        return
      case 'said':
        deps.link.giveReceipt(ack)
        return
      case 'unsaid':
        await settleWord(ack, deps)
        return
      case 'unknown-command':
        await hearOrphan(ack, deps)
        return
    }
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error
    deps.log.error(
      { lockId: ack.lockId, openingId: ack.openingId, cause: error.message },
      'ack not stored, no receipt given',
    )
  }
}

async function settleWord(ack: VerifiedAck, deps: SettleLateDeps): Promise<void> {
  const settled = await deps.store.settleLate({ ack, atMs: deps.clock.nowMs() })
  if (settled === null) {
    deps.surplus.addDropped(ack.lockId)
    return
  }
  tell(ack, settled, deps)
  tellTaps(settled, deps)
}

async function hearOrphan(ack: VerifiedAck, deps: SettleLateDeps): Promise<void> {
  const taken = deps.surplus.takeOrphan(ack)
  if (taken === 'said') deps.link.giveReceipt(ack)
  if (taken !== 'first') return
  let settled: Settled | null = null
  try {
    settled = await deps.store.settleLate({ ack, atMs: deps.clock.nowMs() })
  } finally {
    if (settled === null) deps.surplus.orphanNotStored(ack)
    else deps.surplus.orphanStored(ack)
  }
  if (settled === null) deps.surplus.addDropped(ack.lockId)
  else tell(ack, settled, deps)
}

/** The door opened only after the request was answered: a tap that follows at once joins it and opens nothing. */
export function tellTaps(
  { kind, opening }: Settled,
  deps: { taps: LiveTaps; locks: LockRegistry; clock: Pick<Clock, 'nowMs'> },
): void {
  if (kind !== 'settled' || opening?.state !== 'opened') return
  const pulseS = deps.locks.get(opening.lockId)?.pulseS ?? 0
  if (mayStillBeOpen(opening, pulseS, deps.clock.nowMs())) deps.taps.succeededLate(opening)
}

/** Stores the counts of what locks said beyond what is kept, and then tells those locks that it is stored. */
export async function keepSurplus(
  deps: Pick<SettleLateDeps, 'surplus' | 'link' | 'log'> & { store: Pick<Store, 'keepSurplus'> },
  nowMs: number,
): Promise<void> {
  const { surplus, counts } = deps.surplus.take()
  for (const [lockId, acks] of counts) deps.log.warn({ lockId, acks }, 'a lock says more than is kept')
  if (surplus.further.length === 0 && surplus.orphans.length === 0) return
  await deps.store.keepSurplus({ surplus, atMs: nowMs })
  for (const { ack, receipts } of surplus.orphans) {
    for (const journalSeq of receipts) deps.link.giveReceipt({ ...ack, journalSeq })
  }
}
