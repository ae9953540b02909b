import type { AlarmKind, AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { DeskFacts, StandingAlarm } from './desk-facts.ts'
import type { DeskState, ToldAlarmEntry } from './desk-state.ts'

/** Something that a recipient does not know yet. */
export interface News {
  readonly name: string
  readonly what: 'raised' | 'worse' | 'flapping' | 'over'
  readonly alarm: Pick<ToldAlarmEntry, 'id' | 'kind' | 'lockId' | 'severity' | 'sinceMs' | 'beganAtMs' | 'weight'>
  /** Why it is not told now. */
  readonly heldBy: 'mute' | 'cause' | 'group' | 'flood' | null
}

const RANK = { notice: 0, warning: 1, critical: 2 } as const satisfies Record<AlarmSeverity, number>
export const isAtLeast = (severity: AlarmSeverity, least: AlarmSeverity): boolean => RANK[severity] >= RANK[least]
export const rankOf = (severity: AlarmSeverity): number => RANK[severity]

/** Whoever was told that they began waits for their end. The end of others is seen by whoever saw to them. */
const END_IS_TOLD: ReadonlySet<string> = new Set<AlarmKind>([
  ...(['store-failed', 'disk-full', 'broker-down', 'clock-untrusted', 'nobody-told'] as const),
])
/** A single lock that was away for less is back before anybody went there. */
const RETURN_TOLD_AFTER_MS = 30 * 60_000
const ONLINE_BEFORE_END_MS = 2 * 60_000
const GROUP_UPDATE_AFTER_MS = 4 * 3_600_000

/**
 * What stands against what the recipient was told. Nothing is queued anywhere: whatever held a message back, what has
 * ended meanwhile is no news any more, and a restart finds the same difference.
 *
 * @returns `forgotten`: names whose end needs no message
 */
export function newsFor(
  least: AlarmSeverity,
  { told }: DeskState,
  facts: DeskFacts,
): { readonly news: readonly News[]; readonly forgotten: readonly string[] } {
  const news: News[] = []
  const forgotten: string[] = []
  for (const seen of facts.standing.values()) {
    const item = isAtLeast(seen.alarm.severity, least) ? newsOf(seen, told.get(seen.name)) : null
    if (item !== null) news.push(item)
  }
  const openGroups = groupsThatGoOn(told, facts)
  for (const [name, entry] of told) {
    const seen = facts.standing.get(name)
    if (seen !== undefined && (entry.isFlapping || seen.alarm.sinceMs === entry.sinceMs)) continue
    // It returned, and that is told above.
    if (seen !== undefined && seen.alarm.acknowledged === null) continue
    if (entry.isFlapping && facts.isFlapping(name)) continue
    const heldBy = facts.isMuted(entry) ? 'mute' : holdsEnd(entry, facts) ? 'cause' : null
    const isOfOpenGroup = entry.group !== null && openGroups.has(entry.group)
    if (!isOfOpenGroup && !isEndTold(entry, facts)) forgotten.push(name)
    else news.push({ name, what: 'over', alarm: entry, heldBy: heldBy ?? (isOfOpenGroup ? 'group' : null) })
  }
  return { news, forgotten }
}

function newsOf(seen: StandingAlarm, entry: ToldAlarmEntry | undefined): News | null {
  const { alarm, name, isMuted, isHeldBack, isFlapping } = seen
  // Whoever acknowledged it has seen it.
  if (alarm.acknowledged !== null) return null
  const isKnown = entry !== undefined && entry.sinceMs === alarm.sinceMs && !(entry.isFlapping && !isFlapping)
  const heldBy = isMuted ? 'mute' : isHeldBack ? 'cause' : null
  if (isKnown) return alarm.weight > entry.weight ? { name, what: 'worse', alarm, heldBy } : null
  if (isFlapping && entry?.isFlapping === true) return null
  return { name, what: isFlapping ? 'flapping' : 'raised', alarm, heldBy }
}

/** The broker is back; who of the locks is, will be told with it. */
const holdsEnd = (entry: ToldAlarmEntry, facts: DeskFacts): boolean =>
  entry.kind === 'broker-down' ? facts.back.isSettling : facts.isHeldBack(entry)

function isEndTold(entry: ToldAlarmEntry, facts: DeskFacts): boolean {
  if (entry.isFlapping) return false
  if (entry.group !== null || END_IS_TOLD.has(entry.kind)) return true
  if (entry.kind !== 'lock-offline' || entry.lockId === null) return false
  const lastedMs = facts.deskMs - entry.raisedMs
  return lastedMs + facts.offlineAfterMs(entry.lockId) - ONLINE_BEFORE_END_MS >= RETURN_TOLD_AFTER_MS
}

/** Of which some still stand, and which are not old enough for an update before the end. */
function groupsThatGoOn(told: DeskState['told'], { standing, deskMs }: DeskFacts): ReadonlySet<number> {
  const goOn = new Set<number>()
  for (const [name, { group, sinceMs }] of told) {
    const stands = standing.get(name)?.alarm.sinceMs === sinceMs
    if (group !== null && stands && deskMs - group < GROUP_UPDATE_AFTER_MS) goOn.add(group)
  }
  return goOn
}
