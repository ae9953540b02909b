import type { BootId } from '#protocol/ids.ts'
import type { HelloQuestion, OutcomeQuestion, Receipt } from '#protocol/messages.ts'
import { firstRepeat, nextRepeatUptimeMs, restartRepeats, takeDueRepeat } from './ack-repeater.ts'
import { lockedBolt } from './bolt.ts'
import { allRecords, type FlashImage, findRecord, givePlace, isFull, putRecord } from './journal.ts'
import type { HeardCommand, LockConfig, LockState, Sensors, SignedOutcome, Transition } from './machine-types.ts'
import { endBoltMotion, hearCommand, startMotor } from './obey-command.ts'
import { judgeQuestion } from './replay-guard.ts'
import { endInterrupted, keepOutcome, repeatAck, signOutcome } from './sign-outcome.ts'
import { silent, view } from './state-view.ts'

export type LockInput = { uptimeMs: number } & (
  | { kind: 'command'; command: HeardCommand; refuse: string | null }
  | { kind: 'outcome-question'; question: OutcomeQuestion }
  | { kind: 'hello-question'; question: HelloQuestion }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'intent-stored'; refuse: string | null }
  | { kind: 'bolt-withdrawn'; endedUptimeMs: number }
  | { kind: 'bolt-jammed'; endedUptimeMs: number }
  | { kind: 'signed'; outcome: SignedOutcome }
  | { kind: 'connected' }
  | { kind: 'disconnected' }
  | { kind: 'repeat-now' }
  | { kind: 'sensed'; sensors: Sensors }
  | { kind: 'timer' }
)

/** A hello question is answered at most this often. */
const HELLO_SPACING_MS = 1_000

/** Power comes on: RAM is empty, and an intent without an outcome means that the power went while the bolt moved. */
export function boot(
  config: LockConfig,
  flash: FlashImage,
  bootId: BootId,
  sensors: Sensors,
  uptimeMs: number,
): Transition {
  const state: LockState = {
    config,
    flash,
    bootId,
    lastCounter: 0,
    bolt: lockedBolt,
    sensors,
    repeats: [...allRecords(flash)].flatMap(({ commandId, outcome }) =>
      outcome === null || outcome.receipted ? [] : [firstRepeat(outcome.seq, commandId, uptimeMs)],
    ),
    repeatedUptimeMs: null,
    connected: false,
    helloAnsweredUptimeMs: null,
    heldHello: null,
  }
  return endInterrupted(state, uptimeMs)
}

/** The whole lock: one input in, the next state and what the hardware has to do out, in this order. */
export function step(state: LockState, input: LockInput): Transition {
  const { uptimeMs } = input
  switch (input.kind) {
    case 'command':
      return hearCommand(state, uptimeMs, input.command, input.refuse)
    case 'outcome-question':
      return answerOutcome(state, uptimeMs, input.question)
    case 'hello-question':
      return answerDueHello({ ...state, heldHello: input.question.jti }, uptimeMs)
    case 'receipt':
      return takeReceipt(state, input.receipt)
    case 'intent-stored':
      return startMotor(state, uptimeMs, input.refuse)
    case 'bolt-withdrawn':
      return endBoltMotion(state, uptimeMs, 'opened', input.endedUptimeMs)
    case 'bolt-jammed':
      return endBoltMotion(state, uptimeMs, 'jammed', input.endedUptimeMs)
    case 'signed':
      return keepOutcome(state, uptimeMs, input.outcome)
    case 'connected': {
      const connected = { ...state, connected: true, repeats: restartRepeats(state.repeats, uptimeMs) }
      // No place in flash needed for an unasked hello: the gateway answers it with a question, never with a command.
      return { next: connected, effects: [{ kind: 'sign-hello', nonce: null }] }
    }
    case 'disconnected':
      return { next: { ...state, connected: false, heldHello: null }, effects: [] }
    case 'repeat-now':
      return { next: { ...state, repeats: restartRepeats(state.repeats, uptimeMs) }, effects: [] }
    case 'sensed':
      return { next: { ...state, sensors: input.sensors }, effects: [] }
    case 'timer':
      return onTimer(state, uptimeMs)
    default:
      return unreachable(input)
  }
}

/** When the machine next wants a `timer`; infinity when nothing waits. */
export function nextWakeUptimeMs(state: LockState): number {
  if (!state.connected) return Number.POSITIVE_INFINITY
  const hello = state.heldHello === null ? Number.POSITIVE_INFINITY : helloDueUptimeMs(state)
  return Math.min(hello, nextRepeatUptimeMs(state))
}

function answerOutcome(state: LockState, uptimeMs: number, question: OutcomeQuestion): Transition {
  const judgement = judgeQuestion(view(state, uptimeMs), question)
  if (judgement.kind === 'repeat') return { next: state, effects: [repeatAck(judgement.message)] }
  if (judgement.kind === 'silent') return silent(state, judgement.why)
  if (isFull(state.flash, state.config.journalCapacity)) return silent(state, 'journal-full')
  const { about: commandId, openingId, commandHash, keyRef, bootId, notAfterUptimeS } = question
  const facts = { commandId, openingId, commandHash, keyRef, bootId, counter: null, notAfterUptimeS }
  return signOutcome(state, uptimeMs, facts, { result: 'not-executed', reason: null })
}

function takeReceipt(state: LockState, receipt: Receipt): Transition {
  if (receipt.keyGeneration !== state.config.keyGeneration) return silent(state, 'other-key-generation')
  const covered = state.repeats.filter((repeat) => receipt.acks.includes(repeat.seq))
  if (covered.length === 0) return silent(state, 'nothing-to-receipt')
  let flash = state.flash
  for (const { commandId } of covered) {
    const record = findRecord(flash, commandId)
    if (record?.outcome == null) continue
    const outcome = { ...record.outcome, receipted: true }
    flash = putRecord(flash, { ...record, outcome }, state.config.journalCapacity)
  }
  const repeats = state.repeats.filter((repeat) => !covered.includes(repeat))
  return { next: { ...state, flash, repeats }, effects: [{ kind: 'write-flash', what: 'receipts' }] }
}

const helloDueUptimeMs = (state: LockState): number =>
  state.helloAnsweredUptimeMs === null ? 0 : state.helloAnsweredUptimeMs + HELLO_SPACING_MS

/** A question that comes too soon waits; a newer one takes its place. */
function answerDueHello(state: LockState, uptimeMs: number): Transition {
  const nonce = state.heldHello
  if (nonce === null || uptimeMs < helloDueUptimeMs(state)) return { next: state, effects: [] }
  const flash = givePlace(state.flash, state.bootId)
  const hello = { kind: 'sign-hello', nonce } as const
  return {
    next: { ...state, flash, heldHello: null, helloAnsweredUptimeMs: uptimeMs },
    effects: flash === state.flash ? [hello] : [{ kind: 'write-flash', what: 'boot' }, hello],
  }
}

function onTimer(state: LockState, uptimeMs: number): Transition {
  if (!state.connected) return { next: state, effects: [] }
  const { due, rest } = takeDueRepeat(state, uptimeMs)
  const { next, effects } = answerDueHello({ ...state, ...rest }, uptimeMs)
  const message = due === null ? undefined : findRecord(state.flash, due.commandId)?.outcome?.message
  return { next, effects: message === undefined ? effects : [...effects, repeatAck(message)] }
}

function unreachable(value: never): never {
  throw new Error(`no case for ${JSON.stringify(value)}`)
}
