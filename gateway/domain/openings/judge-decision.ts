import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { OpeningId } from '#protocol/ids.ts'
import { chainedOf } from './judge-end.ts'
import { changeOf, type JudgedOpening, type OpeningChange } from './opening-change.ts'

/** Charges or releases an `unconfirmed` opening: an operator's decision, or because it has become too old. */
export interface Decide {
  readonly openingId: OpeningId
  readonly state: 'charged' | 'released'
  /** Of a person, in his own words. */
  readonly reason: string
  readonly by: Principal | 'age'
  readonly atMs: number
}

const EVENT_OF = { charged: 'OpeningCharged', released: 'OpeningReleased' } as const

/** Null unless nobody knows what became of it: a lock's word stands, and so does a decision before. */
export function judgeDecision(
  opening: JudgedOpening,
  { state, reason, by, atMs }: Omit<Decide, 'openingId'>,
): OpeningChange | null {
  if (opening.state !== 'unconfirmed') return null
  const chained = chainedOf(opening, { reason, by: by === 'age' ? by : principalLabel(by) })
  const change = changeOf(opening, { next: state, reason, corrected: false }, atMs, { type: EVENT_OF[state], chained })
  if (by !== 'age') return change
  const { lockId, openingId } = opening
  const charged = { kind: 'opening-charged-by-age', lockId, about: openingId, times: 1 } as const
  return { ...change, sightings: [...change.sightings, charged] }
}
