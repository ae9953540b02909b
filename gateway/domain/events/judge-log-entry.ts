import type { Lock } from '#domain/locks/lock.ts'
import { helpCodeOf, keyMarkOf } from '#domain/openings/help-code.ts'
import { type KeyRef, keyRefOf, type LockId, parseKeyRef, parseOpeningId, parseTempKeyUuid } from '#protocol/ids.ts'
import type { LogEventType, LogRow } from './event-log.ts'
import { type EventData, type LockEvent, numberIn, textIn } from './events.ts'
import type { LogEntry, LogKey, LogKind, LogPerson, LogResult, LogWay } from './log-entry.ts'
import type { SiteEvent } from './site-event.ts'

/** What an event tells nobody by itself. */
export interface LogNames {
  lock(lockId: LockId): Pick<Lock, 'name' | 'area'> | null
  /** As people call it; null for one that is unknown. */
  apiKey(id: string): string | null
}

type ResultOf = LogResult | 'as-signed' | null

const AS_ENDED: Partial<Record<LogEventType, ResultOf>> = {
  LockOpened: 'opened',
  // Of a bolt that is stuck too.
  LockOpenRefused: 'as-signed',
  LockOpenNotSent: 'not-sent',
  LockOpenUnconfirmed: 'unconfirmed',
  LockOpenNotExecuted: 'not-opened',
  AccessDenied: 'denied',
  OpeningCharged: 'charged',
  OpeningReleased: 'released',
}

const KINDS: Readonly<Record<LogEventType, LogKind>> = {
  LockCreated: 'door',
  LockUpdated: 'door',
  LockKeySet: 'door',
  LockPasswordSet: 'door',
  LockRetired: 'door',
  OwnerSet: 'door',
  OrganizationSet: 'door',
  TempKeyCreated: 'key',
  TempKeyUpdated: 'key',
  TempKeyDeleted: 'key',
  TempKeysRevoked: 'key',
  LockOpenRequested: 'opening',
  LockOpenJoined: 'opening',
  LockOpenNotSent: 'opening',
  LockOpened: 'opening',
  LockOpenRefused: 'opening',
  LockOpenUnconfirmed: 'opening',
  LockOpenNotExecuted: 'opening',
  OpeningCharged: 'opening',
  OpeningReleased: 'opening',
  TempKeyUsed: 'opening',
  AccessDenied: 'opening',
  AckOrphaned: 'opening',
  ClockConfirmed: 'site',
  BatteryReplaced: 'door',
  AlarmRaised: 'alarm',
  AlarmCleared: 'alarm',
  AlarmAcknowledged: 'alarm',
  AlarmsMuted: 'alarm',
  AlarmsUnmuted: 'alarm',
  LogRead: 'site',
}

export const kindOfEvent = (type: LogEventType): LogKind => KINDS[type]
export const LOG_EVENT_TYPES = Object.keys(KINDS).filter((name): name is LogEventType => Object.hasOwn(KINDS, name))

/** What an opening goes through before its end is known, and what follows from that end: the end says it all. */
export const STEPS_OF_OPENINGS: ReadonlySet<LogEventType> = new Set([
  'LockOpenRequested',
  'LockOpenJoined',
  'TempKeyUsed',
])

/** In which member an event names who did it. */
const DOERS = [
  ...['principal', 'createdBy', 'updatedBy', 'deletedBy', 'revokedBy', 'retiredBy', 'confirmedBy'],
  ...['acknowledgedBy', 'mutedBy', 'unmutedBy', 'replacedBy', 'by'],
]

/** Decisions of a person of whom the opening's guest is not the doer. */
const DECISIONS: ReadonlySet<LogEventType> = new Set(['OpeningCharged', 'OpeningReleased'])

/** Who speaks where an event names no person. */
const SAID_BY: ReadonlyMap<LogEventType, 'lock' | 'gateway'> = new Map([
  ['AckOrphaned', 'lock'],
  ['AlarmRaised', 'gateway'],
  ['AlarmCleared', 'gateway'],
])

export const logEntryOf = (row: LogRow, names: LogNames): LogEntry =>
  row.kind === 'site' ? ofSite(row.event, names) : ofLock(row, names)

function ofSite(event: SiteEvent, names: LogNames): LogEntry {
  const { id, afterSeq, type, atMs, data } = event
  const who = personOf(textIn(data, 'by'), null, null, names)
  return {
    ...{ place: { seq: afterSeq, site: id }, atMs, lockId: null, door: null, area: null },
    ...{ event: type, kind: KINDS[type], who, key: null, way: wayOfChange(who), result: null, reason: null },
    ...{ note: textIn(data, 'what'), count: numberIn(data, 'count'), opening: null, isTest: false, tookMs: null },
  }
}

function ofLock({ event, opening, key: stored }: Extract<LogRow, { kind: 'lock' }>, names: LogNames): LogEntry {
  const { seq, type, atMs, lockId, chained, plain } = event
  const lock = names.lock(lockId)
  const key = keyOf(event, stored?.description ?? null)
  const label = DECISIONS.has(type) ? textIn(chained, 'by') : (doerIn(chained) ?? opening?.principal ?? null)
  const person = personOf(label, key, textIn(plain, 'userId'), names)
  const itself = SAID_BY.get(type)
  // Nobody did it: a lock that was asked for nothing speaks, or the gateway has seen something.
  const who: LogPerson =
    label !== null || itself === undefined
      ? person
      : { kind: itself, text: itself === 'lock' ? (lock?.name ?? null) : null }
  // At the command line, where the account is the same for all, a person gives his name.
  const named = textIn(chained, 'name')
  const result = resultOf(type, chained)
  const openingId = parseOpeningId(textIn(chained, 'openingId') ?? '')
  const isTap = KINDS[type] === 'opening' && !DECISIONS.has(type) && type !== 'AckOrphaned'
  return {
    ...{ place: { seq, site: 0 }, atMs, lockId, door: lock?.name ?? null, area: lock?.area ?? null },
    ...{ event: type, kind: KINDS[type] },
    who: type === 'AlarmAcknowledged' && named !== null ? { ...who, text: named } : who,
    ...{ key, way: isTap ? (key === null ? 'without-key' : 'link') : wayOfChange(who) },
    ...{ result, reason: reasonOf(type, chained), note: noteOf(type, event) },
    count: numberIn(chained, 'count') ?? numberIn(chained, 'keysRevoked'),
    opening: openingId === null ? null : { openingId, code: helpCodeOf(openingId) },
    isTest: opening?.isTest ?? false,
    tookMs: result === null || opening === null || DECISIONS.has(type) ? null : Math.max(0, atMs - opening.startedAtMs),
  }
}

function keyOf({ chained, plain }: LockEvent, description: string | null): LogKey | null {
  const keyRef = keyRefIn({ chained, plain })
  return keyRef === null ? null : { description, mark: keyMarkOf(keyRef) }
}

/** Which key an event is about; null for none. */
export function keyRefIn({ chained, plain }: Pick<LockEvent, 'chained' | 'plain'>): KeyRef | null {
  const keyRef = textIn(chained, 'keyRef')
  if (keyRef !== null) return parseKeyRef(keyRef)
  const uuid = parseTempKeyUuid(textIn(plain, 'tempKeyUuid') ?? '')
  return uuid === null ? null : keyRefOf(uuid)
}

function resultOf(type: LogEventType, chained: EventData): LogResult | null {
  const result = AS_ENDED[type] ?? null
  if (result !== 'as-signed') return result
  return textIn(chained, 'result') === 'jammed' ? 'jammed' : 'refused'
}

const reasonOf = (type: LogEventType, chained: EventData): string | null =>
  // Where a person decided, the reason is in his own words.
  DECISIONS.has(type) && textIn(chained, 'by') !== 'age'
    ? null
    : (textIn(chained, 'reason') ?? textIn(chained, 'alarm'))

function noteOf(type: LogEventType, { chained, plain }: LockEvent): string | null {
  if (DECISIONS.has(type)) return textIn(chained, 'by') === 'age' ? null : textIn(chained, 'reason')
  if (type === 'LockOpenRequested') return textIn(plain, 'reason')
  return type === 'AlarmAcknowledged' ? textIn(chained, 'word') : null
}

const doerIn = (chained: EventData): string | null => {
  for (const name of DOERS) {
    const label = textIn(chained, name)
    if (label !== null) return label
  }
  return null
}

/** @param label as `principalLabel` writes it; a guest is called by what staff wrote of his key */
function personOf(label: string | null, key: LogKey | null, userId: string | null, names: LogNames): LogPerson {
  if (label === null) return userId === null ? { kind: 'unknown', text: null } : { kind: 'user', text: userId }
  if (label === 'guest') return { kind: 'guest', text: key?.description ?? null }
  if (label === 'age') return { kind: 'gateway', text: null }
  const [, kind = label, text = null] = /^(user|staff|owner|organization):(.+)$/s.exec(label) ?? []
  switch (kind) {
    case 'user':
    case 'staff':
    case 'owner':
      return { kind, text }
    case 'organization':
      return { kind: 'api-key', text: programName(text ?? '', names) }
    default:
      return { kind: 'unknown', text: null }
  }
}

/** `acme/api-key:0123456789abcdef` by the key's own name, and whose it is. */
function programName(text: string, names: LogNames): string {
  const [, organization = text, id = null] = /^(.*)\/api-key:([0-9a-f]{16})$/s.exec(text) ?? []
  const name = id === null ? null : names.apiKey(id)
  return name === null ? organization : `${name} (${organization})`
}

const WAY_OF: Readonly<Record<LogPerson['kind'], LogWay>> = {
  guest: 'link',
  user: 'api',
  'api-key': 'api',
  owner: 'command-line',
  staff: 'console',
  lock: 'lock',
  gateway: 'gateway',
  unknown: 'unknown',
}
const wayOfChange = ({ kind }: LogPerson): LogWay => WAY_OF[kind]
