import { firstRepeat } from './ack-repeater.ts'
import { addEntry, allRecords, type CommandFacts, nextSeq } from './journal.ts'
import { ackPayload } from './lock-words.ts'
import type { LockState, SignedOutcome, Transition, UnsignedOutcome } from './machine-types.ts'

/** Has the ack signed under the next number. Nothing is given out yet: number and outcome reach the flash together. */
export function signOutcome(
  state: LockState,
  uptimeMs: number,
  record: CommandFacts & { intentSeq?: number | null },
  said: Pick<UnsignedOutcome['payload'], 'result' | 'reason'>,
): Transition {
  const seq = nextSeq(state.flash)
  const payload = ackPayload(state, record, { ...said, seq, uptimeMs })
  const about = { ...record, intentSeq: record.intentSeq ?? null, outcome: null }
  return { next: state, effects: [{ kind: 'sign-ack', outcome: { record: about, seq, payload } }] }
}

export function keepOutcome(state: LockState, uptimeMs: number, signed: SignedOutcome): Transition {
  const { record, seq, payload, message } = signed
  const outcome = { seq, result: payload.result, message, receipted: false }
  const kept: LockState = {
    ...state,
    flash: addEntry(state.flash, state.bootId, { ...record, outcome }, state.config.journalCapacity),
    repeats: [...state.repeats, firstRepeat(seq, record.commandId, uptimeMs)],
  }
  const { next, effects } = payload.result === 'reset' ? endInterrupted(kept, uptimeMs) : { next: kept, effects: [] }
  return { next, effects: [{ kind: 'write-flash', what: 'outcome' }, repeatAck(message), ...effects] }
}

/**
 * An intent without an outcome, of a boot that is over: the power went while the bolt moved, and nobody knows. One after
 * the other, for each takes the number after the last one in flash.
 */
export function endInterrupted(state: LockState, uptimeMs: number): Transition {
  const interrupted = allRecords(state.flash).find(({ outcome, bootId }) => outcome === null && bootId !== state.bootId)
  if (interrupted === undefined) return { next: state, effects: [] }
  return signOutcome(state, uptimeMs, interrupted, { result: 'reset', reason: 'power-lost' })
}

export const repeatAck = (message: string) => ({ kind: 'publish-ack', message }) as const
