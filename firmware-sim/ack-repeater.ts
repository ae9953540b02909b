import type { CommandId } from '#protocol/ids.ts'

const FIRST_REPEAT_S = 1
const LONGEST_REPEAT_S = 60
/** Between two acks of a backlog after a reconnect, so that a lock that was away does not flood its gateway. */
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

/** The connection is new: everything unreceipted is due again, one after the other, and its delays begin anew. */
export const restartRepeats = (repeats: readonly Repeat[], uptimeMs: number): readonly Repeat[] =>
  repeats.map((repeat, index) => ({
    ...repeat,
    dueUptimeMs: uptimeMs + index * BACKLOG_SPACING_MS,
    thenAfterS: FIRST_REPEAT_S,
  }))

export function takeDueRepeats(
  repeats: readonly Repeat[],
  uptimeMs: number,
): { due: readonly Repeat[]; rest: readonly Repeat[] } {
  const due = repeats.filter((repeat) => repeat.dueUptimeMs <= uptimeMs)
  if (due.length === 0) return { due, rest: repeats }
  return {
    due,
    rest: repeats.map((repeat) => (repeat.dueUptimeMs <= uptimeMs ? nextRepeat(repeat, uptimeMs) : repeat)),
  }
}

export const nextRepeatUptimeMs = (repeats: readonly Repeat[]): number =>
  repeats.reduce((earliest, repeat) => Math.min(earliest, repeat.dueUptimeMs), Number.POSITIVE_INFINITY)
