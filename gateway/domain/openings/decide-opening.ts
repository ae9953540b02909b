import type { Principal } from '#domain/access/principal.ts'
import type { ChangesOfOpenings, ReadsOfOpenings } from '#domain/ports.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { OpeningId } from '#protocol/ids.ts'
import type { Opening } from './opening.ts'
import type { OpeningWatch } from './opening-watch.ts'

interface DecideOpeningDeps {
  store: Pick<ReadsOfOpenings, 'findOpening'> & Pick<ChangesOfOpenings, 'decide'>
  watch: OpeningWatch
  clock: Clock
}

export type DecideOpeningResult =
  | { readonly kind: 'decided'; readonly opening: Opening }
  /** Only what nobody knows can be decided: a lock's word, or a decision before, stands. */
  | { readonly kind: 'not-unconfirmed'; readonly opening: Opening }
  | { readonly kind: 'not-found' }

/** A person's word on an opening that nobody knows the end of: its use is charged or released. */
export async function decideOpening(
  decision: { readonly openingId: OpeningId; readonly state: 'charged' | 'released'; readonly reason: string },
  by: Principal,
  { store, watch, clock }: DecideOpeningDeps,
): Promise<DecideOpeningResult> {
  const before = await store.findOpening(decision.openingId)
  if (before === null) return { kind: 'not-found' }
  const { state } = decision
  const deciding = store.decide({ ...decision, by, atMs: clock.nowMs() }).then((decided) => {
    if (decided?.state === state) watch.announce(decided)
    return decided
  })
  const opening = await changeInTime(deciding, clock)
  if (opening === null) return { kind: 'not-found' }
  return { kind: opening.state === state ? 'decided' : 'not-unconfirmed', opening }
}
