import type { BootId, Nonce } from '#protocol/ids.ts'
import type { HelloQuestion, OutcomeQuestion, Receipt } from '#protocol/messages.ts'
import { firstRepeat, nextRepeatUptimeMs, restartRepeats, takeDueRepeat } from './ack-repeater.ts'
import { endMotion, lockedBolt, motionFor } from './bolt.ts'
import {
  allRecords,
  beginBoot,
  type CommandFacts,
  type FlashImage,
  findRecord,
  isFull,
  type JournalRecord,
  putRecord,
} from './journal.ts'
import { ackPayload, helloPayload } from './lock-words.ts'
import type {
  HeardCommand,
  LockConfig,
  LockState,
  Sensors,
  SignedOutcome,
  Transition,
  UnsignedOutcome,
} from './machine-types.ts'
import { judgeCommand, judgeQuestion } from './replay-guard.ts'

export type LockInput = { uptimeMs: number } & (
  | { kind: 'command'; command: HeardCommand; refuse: string | null }
  | { kind: 'outcome-question'; question: OutcomeQuestion }
  | { kind: 'hello-question'; question: HelloQuestion }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'bolt-back' }
  | { kind: 'bolt-jammed' }
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
  const booted = beginBoot(flash, bootId)
  const records = [...allRecords(booted)]
  let state: LockState = {
    config,
    flash: booted,
    bootId,
    lastCounter: 0,
    bolt: lockedBolt,
    sensors,
    repeats: records.flatMap(({ commandId, outcome }) =>
      outcome === null || outcome.receipted ? [] : [firstRepeat(outcome.seq, commandId, uptimeMs)],
    ),
    repeatedUptimeMs: null,
    connected: false,
    helloAnsweredUptimeMs: null,
    heldHello: null,
  }
  const effects: Transition['effects'][number][] = [{ kind: 'write-flash', what: 'boot' }]
  for (const record of records) {
    if (record.outcome !== null) continue
    const interrupted = signOutcome(state, uptimeMs, record, { result: 'reset', reason: 'power-lost' })
    state = interrupted.next
    effects.push(...interrupted.effects)
  }
  return { next: state, effects }
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
    case 'bolt-back':
      return endBoltMotion(state, uptimeMs, 'opened')
    case 'bolt-jammed':
      return endBoltMotion(state, uptimeMs, 'jammed')
    case 'signed':
      return keepOutcome(state, uptimeMs, input.outcome)
    case 'connected': {
      const connected = { ...state, connected: true, repeats: restartRepeats(state.repeats, uptimeMs) }
      return { next: connected, effects: [{ kind: 'sign-hello', payload: helloPayload(connected, null, uptimeMs) }] }
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

const uptimeSOf = (uptimeMs: number): number => Math.floor(uptimeMs / 1_000)
const view = (state: LockState, uptimeMs: number) => ({ ...state, uptimeS: uptimeSOf(uptimeMs) })
const silent = (next: LockState, why: string): Transition => ({ next, effects: [{ kind: 'silent', why }] })

function hearCommand(before: LockState, uptimeMs: number, command: HeardCommand, refuse: string | null): Transition {
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
  if (command.op !== 'open' || command.pulseS === null) return refused('unsupported')
  if (refuse !== null) return refused(refuse)
  if (state.bolt.moving !== null) return refused('busy')

  const record: JournalRecord = { ...facts, intentSeq: state.flash.lastSeq + 1, outcome: null }
  const flash = { ...state.flash, lastSeq: state.flash.lastSeq + 1 }
  const motion = motionFor(state.bolt, uptimeMs)
  return {
    next: {
      ...state,
      flash: putRecord(flash, record, state.config.journalCapacity),
      bolt: { ...state.bolt, moving: { record, pulseS: command.pulseS } },
    },
    effects: [
      { kind: 'write-flash', what: 'intent' },
      { kind: 'drive-bolt', motion, commandId: record.commandId, openingId: record.openingId, pulseS: command.pulseS },
    ],
  }
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

function endBoltMotion(state: LockState, uptimeMs: number, result: 'opened' | 'jammed'): Transition {
  const { moving } = state.bolt
  if (moving === null) return silent(state, 'motor-was-at-rest')
  const rested = { ...state, bolt: endMotion(state.bolt, moving.pulseS, result, uptimeMs) }
  return signOutcome(rested, uptimeMs, moving.record, { result, reason: null })
}

/** Takes the next sequence number and has the ack signed; the outcome is in flash only once its bytes are. */
function signOutcome(
  state: LockState,
  uptimeMs: number,
  record: CommandFacts & { intentSeq?: number | null },
  said: Pick<UnsignedOutcome['payload'], 'result' | 'reason'>,
): Transition {
  const seq = state.flash.lastSeq + 1
  const next = { ...state, flash: { ...state.flash, lastSeq: seq } }
  const payload = ackPayload(next, record, { ...said, seq, uptimeMs })
  const about = { ...record, intentSeq: record.intentSeq ?? null, outcome: null }
  return { next, effects: [{ kind: 'sign-ack', outcome: { record: about, seq, payload } }] }
}

function keepOutcome(state: LockState, uptimeMs: number, signed: SignedOutcome): Transition {
  const { record, seq, payload, message } = signed
  const outcome = { seq, result: payload.result, message, receipted: false }
  return {
    next: {
      ...state,
      flash: putRecord(state.flash, { ...record, outcome }, state.config.journalCapacity),
      repeats: [...state.repeats, firstRepeat(seq, record.commandId, uptimeMs)],
    },
    effects: [{ kind: 'write-flash', what: 'outcome' }, repeatAck(message)],
  }
}

const repeatAck = (message: string) => ({ kind: 'publish-ack', message }) as const

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
  const nonce: Nonce | null = state.heldHello
  if (nonce === null || uptimeMs < helloDueUptimeMs(state)) return { next: state, effects: [] }
  const next = { ...state, heldHello: null, helloAnsweredUptimeMs: uptimeMs }
  return { next, effects: [{ kind: 'sign-hello', payload: helloPayload(next, nonce, uptimeMs) }] }
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
