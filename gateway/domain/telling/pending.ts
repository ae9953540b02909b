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

/** News that are not told yet. Only memory holds them: a restart finds them again, and lets them wait once more. */
export type Pending = ReadonlyMap<string, Waiting>

export const keyOf = ({ name, what, alarm }: News): string => `${name} ${what} ${alarm.sinceMs} ${alarm.weight}`

export const track = (
  before: Pending,
  news: readonly News[],
  deskMs: number,
  hold: (one: News) => Hold | null,
): Pending =>
  new Map(
    news.map((one) => {
      const key = keyOf(one)
      const known = before.get(key)
      return [key, { sinceMs: known?.sinceMs ?? deskMs, held: hold(one) ?? known?.held ?? null }]
    }),
  )

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
