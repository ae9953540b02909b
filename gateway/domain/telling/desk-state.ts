import type { AlarmSeverity } from '#domain/alarms/alarm-kinds.ts'
import type { LockId } from '#protocol/ids.ts'

/** What a recipient knows of one alarm. */
export interface ToldAlarmEntry {
  readonly id: number | null
  readonly kind: string
  readonly lockId: LockId | null
  readonly severity: AlarmSeverity
  /** UTC; tells one alarm of a kind and lock from the next. */
  readonly sinceMs: number
  /** As the alarm has it; missing in what an earlier version wrote. */
  readonly beganAtMs?: number | null
  readonly weight: number
  /** Desk time of its beginning. */
  readonly raisedMs: number
  /** Desk time of the last message about it. */
  readonly toldMs: number
  /** The message that told of it together with others, by its desk time; its end is told together too. */
  readonly group: number | null
  /** It came again and again: nothing more is told until it has been quiet. */
  readonly isFlapping: boolean
}

/** What a recipient was told so far. It is stored together with each message, so that no restart repeats or loses one. */
export interface DeskState {
  /** The two clocks when this was stored: between two processes the wall clock is all there is. */
  readonly keptAt: { readonly deskMs: number; readonly wallMs: number }
  /** By kind and lock. */
  readonly told: ReadonlyMap<string, ToldAlarmEntry>
  /** Desk times of the messages that count against the budget. */
  readonly spentMs: readonly number[]
  /** What the budget kept for the next digest, by `keyOf`: a restart must not tell it at once. At most `FOR_DIGEST_MAX`. */
  readonly forDigest: readonly string[]
  /** The last day of the site whose hour of the digest is past, or empty for none; null before the first look. */
  readonly digestDate: string | null
  /** More comes than anybody reads one by one, since this desk time. */
  readonly floodSinceMs: number | null
}

export const NEW_DESK: DeskState = {
  ...{
    keptAt: { deskMs: 0, wallMs: 0 },
    told: new Map(),
    spentMs: [],
    forDigest: [],
    digestDate: null,
    floodSinceMs: null,
  },
}

const FORM = 1

export const deskStateText = ({ told, ...rest }: DeskState): string =>
  JSON.stringify({ form: FORM, ...rest, told: [...told] })

/** A new desk for what another version of this program wrote, or nobody can read: its recipient hears once more of what stands. */
export function deskStateFrom(text: string): DeskState {
  try {
    const read: Partial<Omit<DeskState, 'told'>> & { form?: number; told?: [string, ToldAlarmEntry][] } =
      JSON.parse(text)
    const { form, told, ...rest } = read
    return form === FORM ? { ...NEW_DESK, ...rest, told: new Map(told) } : NEW_DESK
  } catch {
    return NEW_DESK
  }
}
