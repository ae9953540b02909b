import type { Alarm } from '#domain/alarms/alarm.ts'
import { ALARMS, type AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { alarmNameOfAny } from '#domain/alarms/sighting-counts.ts'
import type { Recipient } from '#domain/notices/recipient.ts'
import type { DeskFacts, StandingAlarm } from '#domain/telling/desk-facts.ts'
import { deskStateFrom, deskStateText, NEW_DESK } from '#domain/telling/desk-state.ts'
import { type Desk, type Draft, deskOf, judgeNotices } from '#domain/telling/judge-notices.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'
import { NIGHT } from './told-site.ts'

const DESK_MS = 1_000_000_000
const SIZES: Readonly<Record<string, number>> = { East: 10, West: 21, Roof: 3 }
function areaOf(id: number): string | null {
  if (id <= 31) return id <= 10 ? 'East' : 'West'
  return id >= 60 && id <= 62 ? 'Roof' : null
}

/** One that stands since this many seconds after the beginning, of this lock or of the site. */
export function standingAlarm(
  kind: AlarmKind,
  lock: number | null,
  sinceS: number,
  difference: Partial<Alarm> & Partial<Omit<StandingAlarm, 'alarm' | 'name'>> = {},
): StandingAlarm {
  const { isMuted = false, isHeldBack = false, isFlapping = false, ...rest } = difference
  const { severity, advice } = ALARMS[kind]
  const sinceMs = T0 + sinceS * 1_000
  const alarm: Alarm = {
    ...{ id: 1, kind, lockId: lock === null ? null : lockId(lock), severity, sinceMs, lastSeenMs: sinceMs, count: 1 },
    ...{ clearedAtMs: null, beganAtMs: null, about: null, advice, weight: 1, acknowledged: null },
    ...rest,
  }
  return { alarm, name: alarmNameOfAny(alarm), isMuted, isHeldBack, isFlapping }
}

/** What a look sees so many seconds after the beginning. Doors 1 to 10 are in East, 11 to 31 in West, 60 to 62 at the roof. */
export function factsAt(
  atS: number,
  standing: readonly StandingAlarm[],
  difference: Partial<DeskFacts> = {},
): DeskFacts {
  return {
    ...{ nowMs: T0 + atS * 1_000, deskMs: DESK_MS + atS * 1_000, wall: { date: '2026-11-23', minuteOfDay: 7 * 60 } },
    standing: new Map(standing.map((one) => [one.name, one])),
    back: { isSettling: false, forMs: 86_400_000, expected: 31, missing: [] },
    doorOf: (id) => ({ name: `Door ${id}`, area: areaOf(id) }),
    sizeOf: (area) => SIZES[area] ?? 0,
    isMuted: () => false,
    isHeldBack: () => false,
    isFlapping: () => false,
    offlineAfterMs: () => 600_000,
    timeOf: () => '10:00',
    ...difference,
  }
}

/** Twelve alarms of as many causes: none of them go together. */
export const twelveAlarms = (sinceS: number): StandingAlarm[] => [
  ...(['prepared-locks-full', 'log-lines-lost', 'disk-low', 'token-keys-stale', 'token-keys-unusable'] as const).map(
    (kind) => standingAlarm(kind, null, sinceS),
  ),
  ...(['lock-jammed', 'lock-floods', 'key-overused', 'ack-orphaned', 'battery-low'] as const).map((kind) =>
    standingAlarm(kind, 40, sinceS),
  ),
  ...(['lock-jammed', 'lock-floods'] as const).map((kind) => standingAlarm(kind, 50, sinceS)),
]

/** One recipient’s desk, looked at every five seconds of a time that a test lets pass. */
export class LookedAtDesk {
  desk: Desk = deskOf(NEW_DESK)
  readonly told: (Draft & { readonly atS: number })[] = []
  #nextS = 0
  readonly #recipient: Recipient

  constructor(difference: Partial<Recipient> = {}) {
    this.#recipient = { ...NIGHT, ...difference }
  }

  /** Another process goes on with what this one stored. */
  restart(): void {
    this.desk = deskOf(deskStateFrom(deskStateText(this.desk.state)))
  }

  /** @returns what was told until then, by its sort and kinds */
  until(atS: number, standing: readonly StandingAlarm[], difference: Partial<DeskFacts> = {}): string[] {
    const before = this.told.length
    for (; this.#nextS <= atS; this.#nextS += 5) {
      const { desk, draft } = judgeNotices(this.#recipient, this.desk, factsAt(this.#nextS, standing, difference))
      this.desk = desk
      if (draft !== null) this.told.push({ ...draft, atS: this.#nextS })
    }
    return this.told.slice(before).map(({ sort, news, reminders }) => {
      const kinds = [...news.map(({ what, alarm }) => `${alarm.kind} ${what}`), ...reminders.map(({ kind }) => kind)]
      return `${sort}: ${[...new Set(kinds)].join(', ')}`
    })
  }
}
