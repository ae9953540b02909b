import type { UnsettledQuestions } from '#domain/acks/unsettled-questions.ts'
import type { SweptLocks } from '#domain/locks/swept-locks.ts'
import type { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Log, Store } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { WitnessedTime } from '#domain/time/witnessed-time.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { RegularWrite } from './regular-write.ts'

const EVERY_MS = 60_000
const ENDED_AT_ONCE = 100

export interface HousekeepingDeps {
  store: Pick<Store, 'chargeOld' | 'reservedOpenings' | 'markUnconfirmed' | 'lastStoredMs'>
  questions: Pick<UnsettledQuestions, 'askAll'>
  /** The locks whose openings it may land and charge. */
  sweptLocks: SweptLocks
  /** What else is done once a minute; one that fails keeps no other from its turn. */
  chores: readonly ((nowMs: number) => Promise<void>)[]
  watch: OpeningWatch
  inProgress: ReadonlySet<OpeningId>
  clock: Clock
  log: Log
  /** An opening that nobody could clear up is charged after so much time in which its lock could have been heard. */
  chargeAfterMs: number
  /** Tells whether the disk hangs. */
  regularWrite: Pick<RegularWrite, 'verdict'>
  inBackground(work: Promise<void>): void
}

/** What a site does for itself once a minute. The answer ends it. */
export function startHousekeeping(deps: HousekeepingDeps): () => void {
  const time = new WitnessedTime(deps.clock, deps.store.lastStoredMs())
  let stop = deps.clock.startTimer(EVERY_MS, again)
  return () => stop()

  function again(): void {
    // A disk that hangs is not asked for more each minute; time is looked at all the same.
    if (deps.regularWrite.verdict().kind === 'slow') time.look()
    else deps.inBackground(keepHouse(time, deps))
    stop = deps.clock.startTimer(EVERY_MS, again)
  }
}

/** Marks abandoned openings `unconfirmed`, asks locks about unconfirmed ones, and charges old ones. */
export async function keepHouse(time: WitnessedTime, deps: HousekeepingDeps): Promise<void> {
  time.look()
  const nowMs = deps.clock.nowMs()
  for (const chore of deps.chores) deps.inBackground(chore(nowMs))
  await endAbandoned(nowMs, deps)
  await deps.questions.askAll()
  const charged = await deps.store.chargeOld({
    locks: deps.sweptLocks,
    startedBeforeMs: time.witnessedAgoMs(deps.chargeAfterMs),
    atMs: nowMs,
  })
  for (const opening of charged) {
    deps.watch.announce(opening)
    const { lockId, openingId } = opening
    deps.log.warn({ lockId, openingId }, 'unconfirmed for too long: the use is charged')
  }
}

/** A request whose end could not be stored leaves its opening reserved: nobody is at work on it, and only the lock knows. */
async function endAbandoned(nowMs: number, deps: HousekeepingDeps): Promise<void> {
  for (const openingId of await deps.store.reservedOpenings(deps.sweptLocks, ENDED_AT_ONCE)) {
    if (deps.inProgress.has(openingId)) continue
    deps.watch.announce(await deps.store.markUnconfirmed({ openingId, reason: 'not-settled', atMs: nowMs }))
  }
}
