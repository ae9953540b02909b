import { endMotion, freeMotor, motionFor } from './bolt.ts'
import { addEntry, type CommandFacts, isFull, type JournalRecord, nextSeq } from './journal.ts'
import type { HeardCommand, LockState, Transition } from './machine-types.ts'
import { isTooLate, judgeCommand } from './replay-guard.ts'
import { repeatAck, signOutcome } from './sign-outcome.ts'
import { silent, uptimeSOf, view } from './state-view.ts'

/** `refuse` is the lock's own reason to open for nobody now, such as privacy; null when it has none. */
export function hearCommand(
  before: LockState,
  uptimeMs: number,
  command: HeardCommand,
  refuse: string | null,
): Transition {
  const judgement = judgeCommand(view(before, uptimeMs), command)
  if (judgement.kind === 'repeat') return { next: before, effects: [repeatAck(judgement.message)] }
  if (judgement.kind === 'silent') return silent(before, judgement.why)

  const lastCounter =
    command.bootId === before.bootId ? Math.max(before.lastCounter, command.counter) : before.lastCounter
  const state = { ...before, lastCounter }
  if (isFull(state.flash, state.config.journalCapacity)) return silent(state, 'journal-full')

  const facts = factsOf(command)
  const refused = (reason: string) => signOutcome(state, uptimeMs, facts, { result: 'refused', reason })
  if (judgement.kind === 'refused') return refused(judgement.reason)
  const isKnown = command.op === 'open' && state.config.ops.includes(command.op)
  if (!isKnown || command.pulseS === null) return refused('unsupported')
  if (refuse !== null) return refused(refuse)
  if (state.bolt.moving !== null) return refused('busy')

  const record: JournalRecord = { ...facts, intentSeq: nextSeq(state.flash), outcome: null }
  return {
    next: {
      ...state,
      flash: addEntry(state.flash, state.bootId, record, state.config.journalCapacity),
      bolt: { ...state.bolt, moving: { record, pulseS: command.pulseS } },
    },
    effects: [{ kind: 'write-flash', what: 'intent' }, { kind: 'recheck-command' }],
  }
}

/**
 * The intent is durable, and that may have taken seconds: whatever can have changed since the command was judged is
 * looked at once more, with nothing between this look and the motor's start.
 */
export function startMotor(state: LockState, uptimeMs: number, refuse: string | null): Transition {
  const { moving } = state.bolt
  if (moving === null) return silent(state, 'motor-was-at-rest')
  const { record, pulseS } = moving
  const reason = isTooLate(uptimeSOf(uptimeMs), record) ? 'deadline-passed' : refuse
  if (reason !== null) {
    const free = { ...state, bolt: freeMotor(state.bolt) }
    return signOutcome(free, uptimeMs, record, { result: 'refused', reason })
  }
  const { commandId, openingId } = record
  const motion = motionFor(state.bolt, uptimeMs)
  return { next: state, effects: [{ kind: 'drive-bolt', motion, commandId, openingId, pulseS }] }
}

/** `endedUptimeMs` is when the motor was done, which may be a while ago when the firmware was busy. */
export function endBoltMotion(
  state: LockState,
  uptimeMs: number,
  result: 'opened' | 'jammed',
  endedUptimeMs: number,
): Transition {
  const { moving } = state.bolt
  if (moving === null) return silent(state, 'motor-was-at-rest')
  const rested = { ...state, bolt: endMotion(state.bolt, moving.pulseS, result, endedUptimeMs) }
  return signOutcome(rested, uptimeMs, moving.record, { result, reason: null })
}

const factsOf = (command: HeardCommand): CommandFacts => ({
  commandId: command.jti,
  openingId: command.openingId,
  commandHash: command.commandHash,
  keyRef: command.keyRef,
  bootId: command.bootId,
  counter: command.counter,
  notAfterUptimeS: command.notAfterUptimeS,
})
