import { z } from 'zod'
import { LOG_PERSONS, LOG_RESULTS, LOG_WAYS } from '#domain/events/log-entry.ts'
import type { Terminal } from './context.ts'
import { type Cell, type Column, type Style, tableLines } from './table.ts'

/** An entry of the log as the API tells it. */
export const logEntryView = z.looseObject({
  local: z.string(),
  lockId: z.number().nullable(),
  door: z.string().nullable(),
  event: z.string(),
  who: z.object({ kind: z.enum(LOG_PERSONS), name: z.string().nullable() }),
  key: z.object({ description: z.string().nullable(), mark: z.string().nullable() }).nullable(),
  way: z.enum(LOG_WAYS),
  result: z.enum(LOG_RESULTS).nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  count: z.number().nullable(),
  code: z.string().nullable(),
})
export type LogEntryView = z.infer<typeof logEntryView>

const COLUMNS: readonly Column[] = [
  { title: 'TIME' },
  { title: 'DOOR', min: 8 },
  { title: 'RESULT', min: 10 },
  { title: 'WHO', min: 10 },
  { title: 'WAY', min: 6 },
  { title: 'CODE' },
]

const RESULT_STYLES: Partial<Record<NonNullable<LogEntryView['result']>, Style>> = {
  opened: 'good',
  refused: 'bad',
  jammed: 'bad',
  denied: 'warn',
  unconfirmed: 'warn',
}

const EVENTS: Readonly<Record<string, string>> = {
  LockCreated: 'lock added',
  LockUpdated: 'lock changed',
  LockKeySet: 'lock’s key set',
  LockPasswordSet: 'lock’s password set',
  LockRetired: 'lock retired',
  OwnerSet: 'owner set',
  OrganizationSet: 'organization set',
  TempKeyCreated: 'key created',
  TempKeyUpdated: 'key changed',
  TempKeyDeleted: 'key revoked',
  TempKeysRevoked: 'keys revoked',
  LockOpenRequested: 'requested',
  LockOpenJoined: 'tapped again',
  TempKeyUsed: 'use spent',
  AckOrphaned: 'lock spoke unasked',
  ClockConfirmed: 'clock confirmed',
  BatteryReplaced: 'batteries replaced',
  AlarmRaised: 'alarm raised',
  AlarmCleared: 'alarm over',
  AlarmAcknowledged: 'alarm seen to',
  AlarmsMuted: 'alarms muted',
  AlarmsUnmuted: 'alarms unmuted',
  LogRead: 'log read',
}

const WAYS: Readonly<Record<LogEntryView['way'], string>> = {
  link: 'link',
  'without-key': 'without key',
  'command-line': 'command line',
  api: 'API',
  console: 'console',
  lock: 'lock',
  gateway: 'gateway',
  unknown: 'unknown',
}

/** @param withHead false for lines that go on under others */
export function logLines(
  entries: readonly LogEntryView[],
  terminal: Terminal | null,
  withHead = true,
): readonly string[] {
  const lines = tableLines(COLUMNS, entries.map(cellsOf), terminal)
  return withHead ? lines : lines.slice(1)
}

function cellsOf(entry: LogEntryView): readonly Cell[] {
  const { local, lockId, door, way, code } = entry
  return [
    local.slice(0, 19).replace('T', ' '),
    lockId === null ? 'site' : `${lockId} ${door ?? 'unknown'}`,
    { text: whatOf(entry), style: entry.result === null ? null : (RESULT_STYLES[entry.result] ?? null) },
    whoOf(entry),
    WAYS[way],
    code ?? '',
  ]
}

function whatOf({ event, result, reason, note, count }: LogEntryView): string {
  const what = result ?? EVENTS[event] ?? event
  const times = count === null ? '' : event === 'LogRead' ? ` (guests in ${count})` : count > 1 ? ` (${count})` : ''
  const why = [reason === result ? null : reason, note].filter((word) => word !== null).join(', ')
  return `${what}${times}${why === '' ? '' : `: ${why}`}`
}

/** A guest is called by his key’s description; a key that has none by its mark. */
function whoOf({ who, key }: LogEntryView): string {
  const name = who.kind === 'owner' && who.name === 'unknown' ? 'owner' : (who.name ?? who.kind)
  if (key === null || (key.description ?? 'unknown') === name) {
    return key?.mark != null && name === 'unknown' ? `unknown, key ${key.mark}` : name
  }
  return `${name}, key ${key.description === null || key.description === 'unknown' ? (key.mark ?? 'unknown') : key.description}`
}
