import { z } from 'zod'
import { isSoSinceMs } from '#domain/alarms/alarm.ts'
import { kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import type { ListedAlarm } from '#domain/alarms/manage-alarms.ts'
import type { Mute } from '#domain/alarms/mute.ts'
import { isoInstant } from './lock-event-body.ts'

export const alarmAnswer = z.strictObject({
  /** Null for one that could not be stored yet. */
  alarmId: z.int().nullable(),
  kind: z.string(),
  nature: z.enum(['condition', 'occurrence']),
  severity: z.enum(['notice', 'warning', 'critical']),
  lockId: z.int().nullable(),
  lockName: z.string().nullable(),
  area: z.string().nullable(),
  since: isoInstant.describe('When what it tells of began: a lock is away for some minutes before its alarm is raised'),
  raisedAt: isoInstant,
  lastSeen: isoInstant,
  clearedAt: isoInstant.nullable(),
  count: z.int(),
  about: z.string().nullable(),
  consequence: z.string(),
  advice: z.string(),
  end: z.string(),
  acknowledged: z.strictObject({ at: isoInstant, name: z.string().nullable(), word: z.string().nullable() }).nullable(),
  mutedUntil: isoInstant.nullable(),
})

const OF_ANOTHER_VERSION = { nature: 'occurrence', consequence: '', end: '' } as const

/** @param seesPeople whoever may not reads neither who acknowledged it nor in which words */
export function alarmBody(
  { alarm, lock, mutedUntilMs }: ListedAlarm,
  seesPeople: boolean,
): z.infer<typeof alarmAnswer> {
  const { id, kind, lockId, severity, sinceMs, lastSeenMs, clearedAtMs, count, about, advice, acknowledged } = alarm
  const { nature, consequence, end } = kindOfAlarm(kind) ?? OF_ANOTHER_VERSION
  return {
    ...{ alarmId: id, kind, nature, severity, lockId, lockName: lock?.name ?? null, area: lock?.area ?? null },
    ...{
      since: iso(isSoSinceMs(alarm)),
      raisedAt: iso(sinceMs),
      lastSeen: iso(lastSeenMs),
      clearedAt: isoOrNull(clearedAtMs),
      count,
      about,
    },
    ...{ consequence, advice, end },
    acknowledged:
      acknowledged === null
        ? null
        : {
            at: iso(acknowledged.atMs),
            name: seesPeople ? acknowledged.name : null,
            word: seesPeople ? acknowledged.word : null,
          },
    mutedUntil: isoOrNull(mutedUntilMs),
  }
}

export const muteAnswer = z.strictObject({
  scope: z.enum(['lock', 'area', 'site']),
  lockId: z.int().nullable(),
  area: z.string().nullable(),
  since: isoInstant,
  until: isoInstant,
  mutedBy: z.string().nullable(),
})

/** @param seesPeople whoever may not does not read who muted it */
export const muteBody = (
  { scope, sinceMs, untilMs, mutedBy }: Mute,
  seesPeople: boolean,
): z.infer<typeof muteAnswer> => ({
  scope: scope.kind,
  lockId: scope.kind === 'lock' ? scope.lockId : null,
  area: scope.kind === 'area' ? scope.area : null,
  since: iso(sinceMs),
  until: iso(untilMs),
  mutedBy: seesPeople ? mutedBy : null,
})

const iso = (atMs: number): string => new Date(atMs).toISOString()
const isoOrNull = (atMs: number | null): string | null => (atMs === null ? null : iso(atMs))
