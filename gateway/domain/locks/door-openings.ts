import { BEGINNING, type LoggedOpening, type LogPlace, type LogRow } from '#domain/events/event-log.ts'
import { type FindLogDeps, type LogReader, logNamesOf } from '#domain/events/find-log.ts'
import { logEntryOf } from '#domain/events/judge-log-entry.ts'
import { type LogEntry, namesGuest, withoutPersonal } from '#domain/events/log-entry.ts'
import { isDecidedInWords } from '#domain/openings/opening.ts'
import type { LockId } from '#protocol/ids.ts'

/** Somebody wanted to open a door: what came of it, as it is known now. */
export interface DoorOpening {
  /** Who, by which key, when; of somebody who was sent away, why. */
  readonly entry: LogEntry
  /** Null for somebody who was sent away before there was an opening. */
  readonly opening: LoggedOpening | null
}

export interface DoorOpenings {
  /** Newest first. */
  readonly openings: readonly DoorOpening[]
  /** Go on before this; null when nothing is left. */
  readonly next: LogPlace | null
}

const BEGIN_OR_DENY = new Set(['LockOpenRequested', 'AccessDenied'] as const)

/** A page of what was tried at one door. Whoever reads guests' names in it is himself an event, as in the log. */
export async function openingsOfDoor(
  { lockId, before, limit }: { readonly lockId: LockId; readonly before: LogPlace | null; readonly limit: number },
  { principal, seesPeople }: LogReader,
  deps: FindLogDeps,
): Promise<DoorOpenings> {
  const newest = await deps.log.newest()
  const { rows, lookedTo } = await deps.log.rowsBefore(
    {
      ...{ before: before ?? { seq: newest.seq + 1, site: 0 }, after: BEGINNING, locks: new Set([lockId]) },
      ...{ withSite: false, types: BEGIN_OR_DENY, sinceMs: null, untilMs: null, limit, isWanted: () => true },
    },
    null,
  )
  const names = logNamesOf(deps)
  const openings = rows.map((row): DoorOpening => {
    const entry = logEntryOf(row, names)
    return { entry: seesPeople ? entry : withoutPersonal(entry), opening: openingIn(row, seesPeople) }
  })
  const named = openings.filter(({ entry }) => namesGuest(entry)).length
  if (named > 0) await deps.readers.note(principal, `openings of door ${lockId}`, named)
  return { openings, next: lookedTo }
}

/** What a person wrote about it may tell of a guest. */
function openingIn(row: LogRow, seesPeople: boolean): LoggedOpening | null {
  const opening = row.kind === 'lock' ? row.opening : null
  if (opening === null || seesPeople || !isDecidedInWords(opening)) return opening
  return { ...opening, reason: null }
}
