import { z } from 'zod'
import type { LogEventType } from '#domain/events/event-log.ts'
import { LOCK_EVENT_TYPES } from '#domain/events/events.ts'
import {
  LOG_KINDS,
  LOG_PERSONS,
  LOG_RESULTS,
  LOG_WAYS,
  type LogEntry,
  type LogPerson,
} from '#domain/events/log-entry.ts'
import { SITE_EVENT_TYPES } from '#domain/events/site-event.ts'
import { isoInstant } from './lock-event-body.ts'

const eventTypes: readonly [LogEventType, ...LogEventType[]] = [...LOCK_EVENT_TYPES, ...SITE_EVENT_TYPES]

export const logEntryAnswer = z.strictObject({
  /** UTC. */
  at: isoInstant,
  /** By the clock of the site, with its offset. */
  local: z.string(),
  lockId: z.int().nullable(),
  /** Null for what happened to no one door. */
  door: z.string().nullable(),
  area: z.string().nullable(),
  event: z.enum(eventTypes),
  kind: z.enum(LOG_KINDS),
  who: z.strictObject({ kind: z.enum(LOG_PERSONS), name: z.string().nullable() }),
  key: z.strictObject({ description: z.string().nullable(), mark: z.string().nullable() }).nullable(),
  way: z.enum(LOG_WAYS),
  result: z.enum(LOG_RESULTS).nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  count: z.int().nullable(),
  openingId: z.string().nullable(),
  /** What a guest's page shows of this opening. */
  code: z.string().nullable(),
  tookMs: z.int().nullable(),
})
export type LogEntryBody = z.infer<typeof logEntryAnswer>

/** What nobody knows is written "unknown"; what the caller may not see is null. */
export function logEntryBody(entry: LogEntry, seesPeople: boolean, local: (atMs: number) => string): LogEntryBody {
  const { atMs, lockId, door, area, event, kind, who, key, way, result, reason, note, count, opening, tookMs } = entry
  return {
    ...{ at: new Date(atMs).toISOString(), local: local(atMs) },
    ...{ lockId, door: lockId === null ? null : (door ?? UNKNOWN), area, event, kind },
    who: { kind: who.kind, name: nameOf(who, seesPeople) },
    key: key === null ? null : { description: key.description ?? (seesPeople ? UNKNOWN : null), mark: key.mark },
    ...{ way, result, reason, note, count },
    ...{ openingId: opening?.openingId ?? null, code: opening?.code ?? null, tookMs },
  }
}

const UNKNOWN = 'unknown'
function nameOf({ kind, text }: LogPerson, seesPeople: boolean): string | null {
  if (text !== null) return text
  if (kind === 'gateway' || kind === 'lock') return kind
  return seesPeople || (kind !== 'guest' && kind !== 'user') ? UNKNOWN : null
}
