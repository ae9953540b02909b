import type { ApiKeys } from '#domain/access/api-keys.ts'
import type { Principal } from '#domain/access/principal.ts'
import { seesSite } from '#domain/access/sees-site.ts'
import { doorsOrRefusal, type NoSuchDoors } from '#domain/locks/doors-meant.ts'
import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { Zone } from '#domain/time/zone.ts'
import { type LockId, type Organization, parseApiKeyId } from '#protocol/ids.ts'
import { BEGINNING, comparePlaces, type EventLog, type LogPlace, type LogRow } from './event-log.ts'
import { type LogNames, logEntryOf } from './judge-log-entry.ts'
import { type LogEntry, namesGuest, withoutPersonal } from './log-entry.ts'
import { asksForPeople, filterInWords, isMeant, type LogFilter, typesOf } from './log-filter.ts'
import type { LogReaders } from './log-readers.ts'

export interface FindLogDeps {
  readonly log: EventLog
  readonly readers: LogReaders
  readonly locks: LockRegistry
  readonly apiKeys: Pick<ApiKeys, 'nameOf'>
  readonly zone: Zone
  /** Whose the site is: its programs see what happened at the site itself. */
  readonly siteOrganization: Organization | null
}

/** Whoever asks. */
export interface LogReader {
  readonly principal: Principal
  /** May see who came by which key. */
  readonly seesPeople: boolean
}

export interface LogAsked {
  readonly filter: LogFilter
  /** Exclusive, the end of the page before this; null for the newest. */
  readonly before: LogPlace | null
  /** Exclusive: nothing that was known already; null for everything. */
  readonly newerThan: LogPlace | null
  /** 1 to 500. */
  readonly limit: number
}

export interface LogFound {
  readonly kind: 'found'
  /** Newest first. There may be fewer than `limit`, even none, though `next` says that more are left. */
  readonly entries: readonly LogEntry[]
  /** Go on before this; null when nothing is left. */
  readonly next: LogPlace | null
  /** What comes later is newer than this. */
  readonly newest: LogPlace
}

export type LogRefusal = NoSuchDoors | { readonly kind: 'may-not-see-people' }

/** A page of what happened at the doors that whoever asks may see, newest first. */
export async function findLog(
  asked: LogAsked,
  reader: LogReader,
  deps: FindLogDeps,
  end: AbortSignal | null = null,
): Promise<LogFound | LogRefusal> {
  const scope = scopeOf(asked.filter, reader, deps)
  if ('kind' in scope) return scope
  const newest = await deps.log.newest()
  const found = await pageOf(asked, asked.before ?? after(newest), scope, reader, deps, end)
  const names = found.entries.filter(namesGuest).length
  if (names > 0) await deps.readers.note(reader.principal, questionOf(asked.filter, deps), names)
  return { kind: 'found', ...found, newest }
}

/** Entries of one page of an export. */
const EXPORTED_AT_ONCE = 200

/**
 * All that the filter means, newest first, page by page: a page is read when it is asked for. What happens meanwhile is not
 * in it. Its beginning and its end are events when it names guests.
 */
export function exportLog(
  filter: LogFilter,
  reader: LogReader,
  deps: FindLogDeps,
  end: AbortSignal,
): LogRefusal | { readonly kind: 'found'; readonly pages: AsyncGenerator<readonly LogEntry[], void> } {
  const scope = scopeOf(filter, reader, deps)
  if ('kind' in scope) return scope
  return { kind: 'found', pages: pagesOf(filter, scope, reader, deps, end) }
}

async function* pagesOf(
  filter: LogFilter,
  scope: Scope,
  reader: LogReader,
  deps: FindLogDeps,
  end: AbortSignal,
): AsyncGenerator<readonly LogEntry[], void> {
  const what = questionOf(filter, deps)
  const tell = async (words: string, count: number | null) => {
    if (reader.seesPeople) await deps.readers.noteExport(reader.principal, `${words}: ${what}`, count)
  }
  let count = 0
  let isWhole = false
  const newest = await deps.log.newest()
  await tell('a file began', null)
  try {
    for (let before: LogPlace | null = after(newest); before !== null && !end.aborted; ) {
      const asked: LogAsked = { filter, before, newerThan: null, limit: EXPORTED_AT_ONCE }
      const page = await pageOf(asked, before, scope, reader, deps, end)
      count += page.entries.length
      before = page.next
      if (page.entries.length > 0) yield page.entries
    }
    isWhole = !end.aborted
  } finally {
    await tell(isWhole ? 'a file ended' : 'a file was broken off', count)
  }
}

interface Scope {
  readonly locks: ReadonlySet<LockId> | null
  readonly withSite: boolean
}

function scopeOf(filter: LogFilter, { principal, seesPeople }: LogReader, deps: FindLogDeps): Scope | LogRefusal {
  if (asksForPeople(filter) && !seesPeople) return { kind: 'may-not-see-people' }
  const { locks, siteOrganization } = deps
  if (filter.door === null && filter.area === null) {
    return { locks: locks.seenBy(principal), withSite: seesSite(principal, siteOrganization) }
  }
  const doors = doorsOrRefusal(filter, locks.listFor(principal))
  return doors === null || !('kind' in doors) ? { locks: doors, withSite: false } : doors
}

async function pageOf(
  { filter, newerThan, limit }: LogAsked,
  before: LogPlace,
  { locks, withSite }: Scope,
  { principal, seesPeople }: LogReader,
  deps: FindLogDeps,
  end: AbortSignal | null,
): Promise<{ entries: readonly LogEntry[]; next: LogPlace | null }> {
  const names = logNamesOf(deps)
  const entryOf = (row: LogRow): LogEntry => logEntryOf(row, names)
  const test = isMeant(filter)
  const { sinceMs, untilMs } = filter
  const query = {
    before,
    after: newerThan ?? BEGINNING,
    locks,
    withSite,
    types: typesOf(filter),
    sinceMs,
    untilMs,
    limit,
  }
  const { rows, lookedTo } = await deps.log.rowsBefore({ ...query, isWanted: (row) => test(row, entryOf) }, end)
  // Locks may have changed hands while it was read.
  const seen = deps.locks.seenBy(principal)
  const entries = rows.map(entryOf).filter(({ lockId }) => lockId === null || seen === null || seen.has(lockId))
  const isOver = lookedTo === null || comparePlaces(lookedTo, newerThan ?? BEGINNING) <= 0
  return { entries: seesPeople ? entries : entries.map(withoutPersonal), next: isOver ? null : lookedTo }
}

export const logNamesOf = (deps: Pick<FindLogDeps, 'locks' | 'apiKeys'>): LogNames => ({
  lock: (lockId) => deps.locks.get(lockId),
  apiKey: nameOfApiKey(deps),
})

const nameOfApiKey =
  ({ apiKeys }: Pick<FindLogDeps, 'apiKeys'>) =>
  (text: string): string | null => {
    const id = parseApiKeyId(text)
    return id === null ? null : apiKeys.nameOf(id)
  }

const questionOf = (filter: LogFilter, { zone }: FindLogDeps): string =>
  filterInWords(filter, (atMs) => zone.withOffset(atMs))

/** The first place that is behind it. */
const after = ({ seq, site }: LogPlace): LogPlace => ({ seq, site: site + 1 })
