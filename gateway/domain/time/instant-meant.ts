import type { LocalTime, Zone } from './zone.ts'

const DAY_MS = 86_400_000

/** What somebody means who names a time of the wall clock. UTC ms. */
export type InstantMeant =
  | { readonly kind: 'one'; readonly atMs: number }
  /** The clock goes forward over it: as the offset before that would have it, and the one after. */
  | { readonly kind: 'skipped'; readonly choices: readonly [number, number] }
  /** The clock goes back, and shows it twice. */
  | { readonly kind: 'repeated'; readonly choices: readonly [number, number] }

export function instantMeant(local: LocalTime, zone: Zone): InstantMeant {
  const [first, second] = zone.instantsOf(local)
  if (first !== undefined) {
    return second === undefined ? { kind: 'one', atMs: first } : { kind: 'repeated', choices: [first, second] }
  }
  const asUtcMs = wallMs(local)
  const byOffsetAt = (nearMs: number): number => asUtcMs - (wallMs(zone.localOf(nearMs)) - nearMs)
  // The earlier instant first: it is the one by the larger offset, which holds afterwards.
  return { kind: 'skipped', choices: [byOffsetAt(asUtcMs + DAY_MS), byOffsetAt(asUtcMs - DAY_MS)] }
}

/** The time as if the wall clock showed UTC. Only for whole minutes. */
const wallMs = ({ date, minuteOfDay }: LocalTime): number => Date.parse(`${date}T00:00:00Z`) + minuteOfDay * 60_000
