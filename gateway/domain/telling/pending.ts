import type { News } from './news.ts'

/** Waits for what belongs to it: five doors of one switch fall silent within a minute. */
const WAIT_MS = 30_000
/** While more keeps coming, at most so long. */
const WAIT_MAX_MS = 120_000

/** What kept it from being told. */
export type Hold = NonNullable<News['heldBy']> | 'quiet' | 'budget'

interface Waiting {
  /** Desk time of when it was first seen. */
  readonly sinceMs: number
  readonly held: Hold | null
}

/** News that are not told yet. Only memory holds them: a restart finds them again, and lets them wait once more. What the budget kept is stored. */
export type Pending = ReadonlyMap<string, Waiting>

export const keyOf = ({ name, what, alarm }: News): string => `${name} ${what} ${alarm.sinceMs} ${alarm.weight}`

/** @param forDigest what the budget kept before, in a former process too */
export function track(
  before: Pending,
  news: readonly News[],
  deskMs: number,
  { hold, forDigest }: { readonly hold: (one: News) => Hold | null; readonly forDigest: readonly string[] },
): Pending {
  const kept = new Set(forDigest)
  return new Map(
    news.map((one) => {
      const key = keyOf(one)
      const known = before.get(key)
      const heldBefore = known === undefined ? (kept.has(key) ? 'budget' : null) : known.held
      return [key, { sinceMs: known?.sinceMs ?? deskMs, held: hold(one) ?? heldBefore }]
    }),
  )
}

/** Of a site that is in such a state, more would make each store of it slow; a restart tells the others as a group. */
const FOR_DIGEST_MAX = 500

/** What the budget keeps now. The same list as before when nothing has changed, so that there is nothing to store. */
export function keptForDigest(before: readonly string[], pending: Pending): readonly string[] {
  const kept: string[] = []
  for (const [key, { held }] of pending) {
    if (held === 'budget' && kept.length < FOR_DIGEST_MAX) kept.push(key)
  }
  return kept.length === before.length && kept.every((key, at) => key === before[at]) ? before : kept
}

/** Nothing has been added for a while, or it has waited long enough. */
export function haveWaited(news: readonly News[], pending: Pending, deskMs: number): boolean {
  let [oldestMs, newestMs] = [Infinity, -Infinity]
  for (const one of news) {
    const sinceMs = pending.get(keyOf(one))?.sinceMs ?? deskMs
    oldestMs = Math.min(oldestMs, sinceMs)
    newestMs = Math.max(newestMs, sinceMs)
  }
  return deskMs - newestMs >= WAIT_MS || deskMs - oldestMs >= WAIT_MAX_MS
}

/** Whether this and nothing else kept all of them. */
export const allHeldBy = (news: readonly News[], pending: Pending, hold: Hold): boolean =>
  news.length > 0 && news.every((one) => pending.get(keyOf(one))?.held === hold)
