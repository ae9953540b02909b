import type { BootId, CommandHash, CommandId, KeyRef, LockId, OpeningId, TempKeyUuid, UserId } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'
import { LATEST_MOVEMENT_MS } from './opening-limits.ts'

export const OPENING_STATES = [
  'reserved',
  'not-sent',
  'opened',
  'refused',
  'jammed',
  'unconfirmed',
  'not-opened',
  'charged',
  'released',
] as const
export type OpeningState = (typeof OPENING_STATES)[number]

/** One attempt to open: the unit that spends a use. */
export interface Opening {
  readonly openingId: OpeningId
  readonly lockId: LockId
  readonly tempKeyUuid: TempKeyUuid | null
  /** Who asked for it, where somebody had to be known. */
  readonly userId: UserId | null
  readonly state: OpeningState
  /** A slug: the lock's own reason, or why it was not sent or is unconfirmed. Of a decided one, an operator's own words. */
  readonly reason: string | null
  /** A signed `opened` came after another final state was stored. */
  readonly corrected: boolean
  readonly startedAtMs: number
  readonly settledAtMs: number | null
  /** The key's `usedCount` as this opening left it, or as it is now while the opening is not final; null without a key. */
  readonly usedCount: number | null
  readonly maxUses: number | null
}

/** How far an opening had come when, in elapsed whole milliseconds since its request arrived. Null for what did not happen while it waited. */
export interface OpeningSteps {
  /** The last of its commands was handed over. */
  readonly sentAfterMs: number | null
  /** The lock's signed word on it came. */
  readonly ackedAfterMs: number | null
}

/** One signed message that was stored for an opening before it was published. */
export interface StoredCommand {
  readonly commandId: CommandId
  readonly openingId: OpeningId
  readonly lockId: LockId
  readonly commandHash: CommandHash
  readonly keyRef: KeyRef | null
  readonly bootId: BootId
  readonly counter: number
  readonly notAfterUptimeS: number
}

/** A command with its exact bytes: fixed and stored before it is published. */
export interface SignedCommand extends StoredCommand {
  readonly message: string
}

/**
 * `in-flight`: it was published, or is about to be. `answered`: the lock has said something final of it. `unanswered`: its
 * request has ended, and the lock may still tell. `withdrawn`: it was never published.
 */
export type CommandState = 'in-flight' | 'answered' | 'unanswered' | 'withdrawn'

const FINAL: Record<OpeningState, boolean> = {
  reserved: false,
  unconfirmed: false,
  'not-sent': true,
  opened: true,
  refused: true,
  jammed: true,
  'not-opened': true,
  charged: true,
  released: true,
}

export const isFinal = (state: OpeningState): boolean => FINAL[state]
/** The reason of an opening that was charged for its age, not by an operator. */
export const TOO_OLD = 'too-old'

/** True when the reason is an operator's own text, which may contain personal data. */
export const isDecidedInWords = ({ state, reason }: Pick<Opening, 'state' | 'reason'>): boolean =>
  (state === 'charged' || state === 'released') && reason !== TOO_OLD
/** Its use is held: it may yet turn out to have opened. */
export const holdsUse = (state: OpeningState): boolean => !isFinal(state)
/** Its use is spent. */
export const spendsUse = (state: OpeningState): boolean => state === 'opened' || state === 'charged'

/**
 * The door may still stand open for it: the bolt moved 12 s after the request at the latest, and its pulse is not over.
 * By the wall clock, because the opening may be older than this process; a clock that was set back proves nothing.
 */
export function mayStillBeOpen({ startedAtMs }: Opening, pulseS: number, nowMs: number): boolean {
  const ageMs = nowMs - startedAtMs
  return ageMs >= 0 && ageMs <= LATEST_MOVEMENT_MS + pulseS * 1_000
}

/**
 * When an opened lock's pulse is over; null for every other opening. The ack leaves when the bolt is back; one that came late says
 * nothing of the moment, and then it is the last in which that bolt can have moved.
 */
export function pulseEndMs({ state, startedAtMs, settledAtMs }: Opening, pulseS: number): number | null {
  if (state !== 'opened') return null
  return Math.min(settledAtMs ?? startedAtMs, startedAtMs + LATEST_MOVEMENT_MS) + pulseS * 1_000
}

/** Its lock's word came so late that the pulse may have been over by then. */
export const wasSettledLate = ({ startedAtMs, settledAtMs }: Opening): boolean =>
  settledAtMs !== null && settledAtMs - startedAtMs > LATEST_MOVEMENT_MS

export interface Transition {
  readonly next: OpeningState
  readonly reason: string | null
  readonly corrected: boolean
}

const STATE_OF_RESULT = {
  refused: 'refused',
  jammed: 'jammed',
  'not-executed': 'not-opened',
} as const satisfies Partial<Record<AckResult, OpeningState>>

/**
 * What a signed word on one of an opening's commands does to the opening; null when it is evidence without effect.
 *
 * @param othersNeverMoved every other command of the opening is known never to have moved the bolt and never to do so
 */
export function transitionByAck(
  state: OpeningState,
  word: { result: AckResult; reason: string | null },
  othersNeverMoved: boolean,
): Transition | null {
  if (word.result === 'opened') {
    return state === 'opened' ? null : { next: 'opened', reason: null, corrected: isFinal(state) }
  }
  if (isFinal(state)) return null
  if (word.result === 'reset') return { next: 'unconfirmed', reason: 'reset', corrected: false }
  if (!othersNeverMoved) return null
  return {
    next: STATE_OF_RESULT[word.result],
    reason: word.reason ?? (word.result === 'refused' ? null : word.result),
    corrected: false,
  }
}

/** How the key's counters follow a transition: `usedCount` by `used`, `heldCount` by `held`. */
export function countersFollow(from: OpeningState, to: OpeningState): { used: number; held: number } {
  return {
    used: Number(spendsUse(to)) - Number(spendsUse(from)),
    held: Number(holdsUse(to)) - Number(holdsUse(from)),
  }
}
