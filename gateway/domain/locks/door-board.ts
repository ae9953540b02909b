import type { AlarmKind, AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { Opening } from '#domain/openings/opening.ts'
import type { LockId } from '#protocol/ids.ts'
import type { DoorState } from '#protocol/limits.ts'
import type { Lock } from './lock.ts'
import type { LockHello, LockPresence, OfflineCause } from './lock-link.ts'
import { presentSinceMs } from './since-when.ts'

/** `never-seen`: it has its key and has never been online. `not-keyed`: prepared, and no lock is at hand yet. */
export const DOOR_STATES = ['online', 'offline', 'never-seen', 'not-keyed', 'retired'] as const
export type DoorStateName = (typeof DOOR_STATES)[number]

/** Why a door can't be opened: what the link says, or what the store knows of the lock. */
export type OfflineWhy = OfflineCause | 'never-came' | 'no-key'

/** An alarm of one door, as far as a list of doors tells of it. */
export interface DoorAlarm {
  readonly kind: AlarmKind | string
  readonly severity: AlarmSeverity
  /** Since when what it tells of is so. */
  readonly sinceMs: number
  readonly isAcknowledged: boolean
}

/** One door as people see it in a list. */
export interface DoorRow {
  readonly lockId: LockId
  readonly name: string
  readonly area: string | null
  readonly state: DoorStateName
  /** Wall clock of the beginning of this state; null when it began before the gateway did, and nobody wrote down when. */
  readonly sinceMs: number | null
  /** Null while it is online. */
  readonly why: OfflineWhy | null
  /** Wall clock of the last word that the values below come from; null when there was none since the gateway started. */
  readonly lastSeenMs: number | null
  readonly door: DoorState
  readonly batteryPercent: number | null
  /** Null when the lock has not told it since the gateway started. */
  readonly firmware: string | null
  readonly lastOpening: LastOpening | null
  /** The worst first. */
  readonly alarms: readonly DoorAlarm[]
  readonly mutedUntilMs: number | null
}

export interface LastOpening extends Pick<Opening, 'state' | 'startedAtMs' | 'settledAtMs'> {
  readonly byKey: boolean
}

/** Everything that is known of one door at one moment. */
export interface DoorFacts {
  readonly lock: Lock
  readonly presence: LockPresence
  readonly hello: LockHello | null
  readonly lastOpening: Opening | null
  readonly alarms: readonly DoorAlarm[]
  readonly mutedUntilMs: number | null
  /** It has been online at some time, in this process or before. */
  readonly hasArrived: boolean
}

export function doorRowOf(facts: DoorFacts): DoorRow {
  const { lock, presence, hello, lastOpening, alarms, mutedUntilMs } = facts
  const { lockId, name, area } = lock
  const state = stateOf(facts)
  return {
    ...{ lockId, name, area, state, mutedUntilMs },
    sinceMs: state === 'retired' ? lock.retiredAtMs : presentSinceMs(presence, alarms),
    why: whyOf(state, presence),
    lastSeenMs: presence.lastSeenMs,
    door: presence.door,
    batteryPercent: presence.batteryPercent,
    firmware: hello?.firmware ?? null,
    lastOpening: lastOpening === null ? null : lastOpeningOf(lastOpening),
    alarms: [...alarms].sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]),
  }
}

const lastOpeningOf = ({ state, startedAtMs, settledAtMs, tempKeyUuid }: Opening): LastOpening => ({
  ...{ state, startedAtMs, settledAtMs, byKey: tempKeyUuid !== null },
})

function stateOf({ lock, presence, hasArrived }: DoorFacts): DoorStateName {
  if (lock.retiredAtMs !== null) return 'retired'
  if (lock.publicKeyPem === null) return 'not-keyed'
  if (presence.online) return 'online'
  return hasArrived ? 'offline' : 'never-seen'
}

function whyOf(state: DoorStateName, presence: LockPresence): OfflineWhy | null {
  switch (state) {
    case 'online':
      return null
    case 'offline':
      return presence.offlineCause
    case 'never-seen':
      return 'never-came'
    case 'not-keyed':
      return 'no-key'
    case 'retired':
      return 'retired'
  }
}

export const SEVERITY_RANK: Readonly<Record<AlarmSeverity, number>> = { critical: 0, warning: 1, notice: 2 }

/** Somebody has to see to it. 0 is the worst; null when all is well. */
export function problemRank({ state, alarms }: Pick<DoorRow, 'state' | 'alarms'>): number | null {
  const [worst] = alarms.filter(({ isAcknowledged }) => !isAcknowledged)
  if (state === 'retired') return worst?.severity === 'critical' ? 0 : null
  if (worst?.severity === 'critical') return 0
  if (state === 'offline') return 1
  if (worst?.severity === 'warning') return 2
  if (state === 'never-seen') return 3
  return worst === undefined ? null : 4
}

export interface DoorCounts {
  readonly all: number
  readonly states: Readonly<Record<DoorStateName, number>>
  readonly withAlarms: number
  readonly muted: number
}

export function countDoors(rows: readonly DoorRow[]): DoorCounts {
  const states: Record<DoorStateName, number> = { online: 0, offline: 0, 'never-seen': 0, 'not-keyed': 0, retired: 0 }
  for (const { state } of rows) states[state] += 1
  return {
    all: rows.length - states.retired,
    states,
    withAlarms: rows.filter(({ alarms }) => alarms.length > 0).length,
    muted: rows.filter(({ mutedUntilMs, state }) => mutedUntilMs !== null && state !== 'retired').length,
  }
}

/** What a person looks for; a part that is null asks for nothing. */
export interface DoorFilter {
  readonly text: string | null
  readonly state: DoorStateName | 'alarms' | 'muted' | null
  readonly area: string | null
}

/** Retired doors are shown to whoever asks for them, and to nobody else. */
export function matchesFilter(row: DoorRow, { text, state, area }: DoorFilter): boolean {
  if (area !== null && row.area !== area) return false
  if (row.state === 'retired' && state !== 'retired') return false
  if (state === 'alarms' ? row.alarms.length === 0 : state === 'muted' && row.mutedUntilMs === null) return false
  if (state !== null && state !== 'alarms' && state !== 'muted' && row.state !== state) return false
  return text === null || searchTextOf(row).includes(text.toLowerCase())
}

/** What a search looks through, in small letters. */
export const searchTextOf = ({ lockId, name, area }: Pick<DoorRow, 'lockId' | 'name' | 'area'>): string =>
  `${lockId} ${name} ${area ?? ''}`.toLowerCase()

/** Doors of one heading; of `area`, null are those without one. */
export type DoorGroup =
  | { readonly kind: 'problems'; readonly rows: readonly DoorRow[] }
  | { readonly kind: 'area'; readonly area: string | null; readonly rows: readonly DoorRow[] }

/** What has to be seen to comes first, the worst before all; then every area by its name. */
export function groupDoors(rows: readonly DoorRow[], compare: (a: string, b: string) => number): readonly DoorGroup[] {
  const byName = (a: DoorRow, b: DoorRow): number => compare(a.name, b.name) || a.lockId - b.lockId
  const ranked = rows.map((row) => ({ row, rank: problemRank(row) }))
  const problems = ranked
    .flatMap(({ row, rank }) => (rank === null ? [] : [{ row, rank }]))
    .sort((a, b) => a.rank - b.rank || byName(a.row, b.row))
    .map(({ row }) => row)
  const areas = new Map<string | null, DoorRow[]>()
  for (const { row, rank } of ranked) {
    if (rank !== null) continue
    const inArea = areas.get(row.area)
    if (inArea === undefined) areas.set(row.area, [row])
    else inArea.push(row)
  }
  const groups = [...areas]
    .sort(([a], [b]) => (a === null || b === null ? Number(a === null) - Number(b === null) : compare(a, b)))
    .map(([area, ofArea]): DoorGroup => ({ kind: 'area', area, rows: ofArea.sort(byName) }))
  return problems.length === 0 ? groups : [{ kind: 'problems', rows: problems }, ...groups]
}
