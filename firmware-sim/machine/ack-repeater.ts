import type { CommandId } from '#protocol/ids.ts'

const FIRST_REPEAT_S = 1
const LONGEST_REPEAT_S = 60
/** Between two repeats, so that a lock that was away, or hung, does not flood its gateway with a backlog. */
const BACKLOG_SPACING_MS = 20

/** One unreceipted ack and when its bytes go out again. */
export interface Repeat {
  seq: number
  commandId: CommandId
  dueUptimeMs: number
  thenAfterS: number
}

export const firstRepeat = (seq: number, commandId: CommandId, uptimeMs: number): Repeat => ({
  seq,
  commandId,
  dueUptimeMs: uptimeMs + FIRST_REPEAT_S * 1_000,
  thenAfterS: FIRST_REPEAT_S * 2,
})

/** 1, 2, 4 … 60, 60 … seconds. */
const nextRepeat = (repeat: Repeat, uptimeMs: number): Repeat => ({
  ...repeat,
  dueUptimeMs: uptimeMs + repeat.thenAfterS * 1_000,
  thenAfterS: Math.min(LONGEST_REPEAT_S, repeat.thenAfterS * 2),
})

/** The connection is new: everything unreceipted is due again, and its delays begin anew. */
export const restartRepeats = (repeats: readonly Repeat[], uptimeMs: number): readonly Repeat[] =>
  repeats.map((repeat) => ({ ...repeat, dueUptimeMs: uptimeMs, thenAfterS: FIRST_REPEAT_S }))

/** What a lock repeats, and when it last did: null before the first time. */
export interface Repeating {
  repeats: readonly Repeat[]
  repeatedUptimeMs: number | null
}

/** One at a time, the one that has waited longest, also when a lock that hung has many to catch up with. */
export function takeDueRepeat(state: Repeating, uptimeMs: number): { due: Repeat | null; rest: Repeating } {
  if (nextRepeatUptimeMs(state) > uptimeMs) return { due: null, rest: state }
  const due = state.repeats.reduce((first, other) => (other.dueUptimeMs < first.dueUptimeMs ? other : first))
  const repeats = state.repeats.map((repeat) => (repeat === due ? nextRepeat(due, uptimeMs) : repeat))
  return { due, rest: { repeats, repeatedUptimeMs: uptimeMs } }
}

/** Infinity when nothing waits. */
export function nextRepeatUptimeMs({ repeats, repeatedUptimeMs }: Repeating): number {
  const earliest = repeats.reduce((first, { dueUptimeMs }) => Math.min(first, dueUptimeMs), Number.POSITIVE_INFINITY)
  return repeatedUptimeMs === null ? earliest : Math.max(earliest, repeatedUptimeMs + BACKLOG_SPACING_MS)
}
