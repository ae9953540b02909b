import type { NoticeSort } from '#domain/notices/notice.ts'
import { isQuiet, type Recipient } from '#domain/notices/recipient.ts'
import { afterTelling, without } from './after-telling.ts'
import { hasBudget, isDigestTime, spend, withDigest } from './budget.ts'
import type { DeskFacts } from './desk-facts.ts'
import type { DeskState, ToldAlarmEntry } from './desk-state.ts'
import { followTide, hasEbbed, holdInFlood, isFlood, NO_TIDE, releaseFlood, type Tide, unitsOf } from './flood.ts'
import { type News, newsFor } from './news.ts'
import { allHeldBy, type Hold, haveWaited, keptForDigest, type Pending, track } from './pending.ts'

/** What is known of one recipient: the state is stored, the rest a restart may forget. */
export interface Desk {
  readonly state: DeskState
  readonly pending: Pending
  readonly tide: Tide
}
export const deskOf = (state: DeskState): Desk => ({ state, pending: new Map(), tide: NO_TIDE })

/** A message to be written. */
export interface Draft {
  readonly sort: NoticeSort
  readonly news: readonly News[]
  /** Critical alarms that stand, and that nobody has acknowledged for an hour. */
  readonly reminders: readonly ToldAlarmEntry[]
}

/** What this look makes of a recipient's desk: at most one message, and then the state is another one. */
export function judgeNotices(
  recipient: Recipient,
  desk: Desk,
  facts: DeskFacts,
): { readonly desk: Desk; readonly draft: Draft | null } {
  const { deskMs, wall } = facts
  const { news: seen, forgotten } = newsFor(recipient.leastSeverity, desk.state, facts)
  const state = withDigest(without(desk.state, forgotten), wall)
  const isEbb = hasEbbed(state, desk.tide, deskMs)
  const news = isEbb ? releaseFlood(seen, state) : holdInFlood(seen, state)
  const quiet = isQuiet(recipient.quietHours, wall.minuteOfDay)
  const broke = !hasBudget(state, deskMs)
  const holdOf = (one: News): Hold | null =>
    one.heldBy ?? (isCritical(one) ? null : quiet ? 'quiet' : broke ? 'budget' : null)
  const pending = track(desk.pending, news, deskMs, { hold: holdOf, forDigest: state.forDigest })
  const next = { state, pending, tide: followTide(desk.tide, news, desk.pending, deskMs) }
  const free = news.filter(({ heldBy }) => heldBy === null)
  const choice = choose({ free, pending, state, facts, quiet, broke, isEbb, reminders: remindersOf(state, facts) })
  if (choice.draft !== null) return told(next, choice.draft, choice.marks, facts)
  const forDigest = keptForDigest(state.forDigest, pending)
  // The same state tells that there is nothing to store.
  const isSame = choice.marks === null && forDigest === state.forDigest
  return { desk: isSame ? next : { ...next, state: { ...state, ...choice.marks, forDigest } }, draft: null }
}

interface Choice {
  readonly draft: Draft | null
  /** What the state has to remember besides. */
  readonly marks: Partial<DeskState> | null
}

interface Choosing {
  readonly free: readonly News[]
  readonly pending: Pending
  readonly state: DeskState
  readonly facts: DeskFacts
  readonly quiet: boolean
  /** The budget is spent. */
  readonly broke: boolean
  readonly isEbb: boolean
  readonly reminders: readonly ToldAlarmEntry[]
}

/** Critical news and reminders go at once; the rest when it may, and has waited for what belongs to it. */
function choose(given: Choosing): Choice {
  const { free, pending, state, facts, quiet, broke, isEbb, reminders } = given
  const critical = free.filter(isCritical)
  // What the budget kept waits for the digest, though there may be a new budget before.
  const warnings = free.filter((one) => one.alarm.severity === 'warning' && !allHeldBy([one], pending, 'budget'))
  const isReady = warnings.length > 0 && (isEbb || haveWaited(warnings, pending, facts.deskMs))
  if (critical.length > 0) {
    const along = isReady && !quiet ? warnings : critical.some(isReturn) ? warnings.filter(isAbsence) : []
    const news = [...critical, ...along]
    return { draft: { sort: sortOf(news, given), news, reminders }, marks: null }
  }
  if (reminders.length > 0) return { draft: { sort: 'reminder', news: [], reminders }, marks: null }
  if (quiet) return { draft: null, marks: null }
  if (isDigestTime(state, facts.wall) && !facts.back.isSettling) {
    const marks = { digestDate: facts.wall.date }
    const news = free.filter((one) => isReady || !warnings.includes(one))
    const isEmpty = news.length === 0 && !(isEbb && broke)
    return { draft: isEmpty ? null : { sort: 'digest', news, reminders: [] }, marks }
  }
  if (broke) return { draft: null, marks: null }
  if (isEbb) return { draft: { sort: 'flood-over', news: warnings, reminders: [] }, marks: null }
  return { draft: isReady ? { sort: sortOf(warnings, given), news: warnings, reminders: [] } : null, marks: null }
}

const isReturn = ({ what, alarm }: News): boolean => what === 'over' && alarm.kind === 'broker-down'
const isAbsence = ({ what, alarm }: News): boolean => what !== 'over' && alarm.kind === 'lock-offline'
/** After a start or a return of the broker: whoever is missing then has not come back with the others. */
const RETURN_TOLD_WITHIN_MS = 15 * 60_000

function sortOf(news: readonly News[], { pending, facts, isEbb, state }: Choosing): NoticeSort {
  if (isEbb && state.floodSinceMs !== null) return 'flood-over'
  if (allHeldBy(news, pending, 'mute')) return 'mute-over'
  if (allHeldBy(news, pending, 'quiet')) return 'quiet-over'
  const isBack = facts.back.forMs < RETURN_TOLD_WITHIN_MS && news.some(isAbsence)
  return isBack || news.some(isReturn) ? 'power-returned' : 'alarms'
}

/** An unacknowledged critical alarm is told again so often; a warning never is. */
const REMINDED_EVERY_MS = 3_600_000

function remindersOf({ told }: DeskState, { standing, deskMs }: DeskFacts): readonly ToldAlarmEntry[] {
  const unseen: ToldAlarmEntry[] = []
  for (const [name, entry] of told) {
    if (entry.severity !== 'critical') continue
    const seen = standing.get(name)
    const isOpen = seen !== undefined && seen.alarm.acknowledged === null && !seen.isMuted
    if (isOpen && seen.alarm.sinceMs === entry.sinceMs) unseen.push(entry)
  }
  return unseen.some(({ toldMs }) => deskMs - toldMs >= REMINDED_EVERY_MS) ? unseen : []
}

function told(
  next: Desk,
  asked: Draft,
  marks: Partial<DeskState> | null,
  facts: DeskFacts,
): { desk: Desk; draft: Draft } {
  const { deskMs } = facts
  const units = unitsOf(asked.news, facts)
  const begins = next.state.floodSinceMs === null && asked.sort !== 'digest' && isFlood(units, next.tide)
  const draft: Draft = begins ? { ...asked, sort: 'flood' } : asked
  const after = new Map(afterTelling(next.state, draft.news, facts, begins ? 'all' : 'groups'))
  for (const entry of draft.reminders) {
    after.set(`${entry.kind} ${entry.lockId}`, { ...entry, toldMs: deskMs })
  }
  const isFree = draft.sort === 'digest' || draft.sort === 'reminder' || draft.news.some(isCritical)
  const endsFlood = draft.sort === 'flood-over' || draft.sort === 'digest'
  const state: DeskState = {
    ...next.state,
    ...marks,
    told: endsFlood ? ungrouped(after, next.state.floodSinceMs) : after,
    spentMs: isFree ? next.state.spentMs : spend(next.state, deskMs),
    floodSinceMs: begins ? deskMs : endsFlood ? null : next.state.floodSinceMs,
  }
  const tide = { ...next.tide, told: [...next.tide.told, { atMs: deskMs, count: units }] }
  return { desk: { ...next, state, tide }, draft }
}

const isCritical = ({ alarm }: News): boolean => alarm.severity === 'critical'

/** What the flood brought and still stands is an alarm like others from here on. */
function ungrouped(told: DeskState['told'], floodSinceMs: number | null): DeskState['told'] {
  if (floodSinceMs === null) return told
  return new Map([...told].map(([name, one]) => [name, one.group === floodSinceMs ? { ...one, group: null } : one]))
}
