import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Lock } from '#domain/locks/lock.ts'
import type { AskAnswer, LockLink, OpenCommandFields, SendAnswer } from '#domain/locks/lock-link.ts'
import type { SignedCommand, StoredCommand } from '#domain/openings/opening.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Hello } from '#protocol/messages.ts'
import type { BrokerClient } from './broker/broker-client.ts'
import { connectBroker } from './broker/connect-broker.ts'
import { roundTripWithin } from './broker/round-trip.ts'
import { DroppedMessages } from './inbox/dropped-messages.ts'
import { type ConductVerdict, LockConduct } from './inbox/lock-conduct.ts'
import { LockInbox } from './inbox/lock-inbox.ts'
import { type Arrival, LockPresenceState } from './inbox/lock-presence.ts'
import { VerificationTurns } from './inbox/verification-turns.ts'
import { LockKeys } from './lock-keys.ts'
import {
  DEFAULT_TIMES,
  type LockLinkListeners,
  type LockLinkOptions,
  type LockLinkTimes,
  type LockMessageTrace,
} from './lock-link-options.ts'
import { MessageWatchers } from './message-watchers.ts'
import { AwaitedAcks } from './outbox/awaited-acks.ts'
import { ASK_SPACING_MS, HelloQuestions } from './outbox/hello-questions.ts'
import { LockOutbox } from './outbox/lock-outbox.ts'
import { type ReceiptBatch, Receipts } from './outbox/receipts.ts'

const DEAF: LockLinkListeners = { onAck: () => {}, onHello: () => {}, onCutOff: () => {} }

/** Commands to locks and their signed words, over whichever broker the site has. */
export class MqttLockLink implements LockLink {
  readonly #options: LockLinkOptions
  readonly #times: LockLinkTimes
  readonly #keys = new LockKeys()
  readonly #presence = new Map<LockId, LockPresenceState>()
  /** They are heard, and open nothing. */
  readonly #retired = new Set<LockId>()
  readonly #awaited: AwaitedAcks
  readonly #conduct = new LockConduct()
  readonly #inbox: LockInbox
  readonly #outbox: LockOutbox
  readonly #receipts: Receipts
  readonly #questions: HelloQuestions
  readonly #watchers: MessageWatchers
  #client: BrokerClient | null = null
  /** Set by `start`; no message arrives before that. */
  #listeners: LockLinkListeners = DEAF
  #stopTicking = () => {}

  constructor(options: LockLinkOptions) {
    const { site, clock, log, signingKey } = options
    this.#options = options
    this.#times = { ...DEFAULT_TIMES, ...options.times }
    this.#awaited = new AwaitedAcks(clock)
    this.#watchers = new MessageWatchers(site)
    this.#outbox = new LockOutbox(site, signingKey, clock)
    this.#receipts = new Receipts(clock, this.#times.receiptDelayMs, (batch) =>
      this.#inBackground(this.#sendReceipt(batch)),
    )
    this.#questions = new HelloQuestions({
      ...{ clock, log, answerWaitMs: this.#times.answerWaitMs },
      stateOf: (lockId) => this.#stateOf(lockId),
      reaches: (lockId) => this.#reaches(lockId),
      sign: (lockId, nonce) => this.#outbox.helloQuestion(lockId, nonce),
      publish: (lockId, message) => this.#publish(lockId, message, this.#times.answerWaitMs, 'question'),
      inBackground: (work) => this.#inBackground(work),
    })
    this.#inbox = new LockInbox({
      ...{ site, clock, keys: this.#keys, conduct: this.#conduct },
      turns: new VerificationTurns((lockId) => this.#awaited.isAwaited(lockId)),
      dropped: new DroppedMessages(clock, log),
      onHello: (lockId, hello, arrival) => this.#helloCame(lockId, hello, arrival),
      onAck: (ack, arrival) => this.#ackCame(ack, arrival),
      onWill: (lockId) => this.lockClosed(lockId),
      onExcess: (lockId, verdict) => this.#judgeConduct(lockId, verdict),
      trace: (trace) => this.#watchers.tell(trace),
    })
  }

  /** Connects; locks are asked for a hello once the broker is there, and whenever it comes back. */
  async start(locks: readonly Lock[], listeners: LockLinkListeners): Promise<void> {
    this.#listeners = listeners
    await Promise.all(locks.map((lock) => this.#keys.put(lock)))
    for (const lock of locks) this.#stateOf(lock.lockId)
    for (const lock of locks) if (lock.retiredAtMs !== null) this.#retired.add(lock.lockId)
    const { site, broker, clock, log } = this.#options
    this.#client = connectBroker(
      site,
      broker,
      {
        onReady: () => this.#tick(),
        onGone: () => {
          for (const state of this.#presence.values()) state.closed(clock.nowMs())
        },
        onMessage: (topic, payload, retained) => this.#inBackground(this.#inbox.receive(topic, payload, retained)),
      },
      { clock, log },
    )
    this.#scheduleTick()
  }

  async stop(): Promise<void> {
    this.#stopTicking()
    await this.#client?.close()
    this.#client = null
  }

  /** The broker can be talked to now. */
  get connected(): boolean {
    return this.#client?.ready === true
  }

  /** The broker gives a sign of life within this time. */
  roundTrip(withinMs: number): Promise<boolean> {
    return roundTripWithin(this.#client, withinMs, this.#options.clock)
  }

  /** A new lock, or one with another key or password, or one that was retired. */
  async putLock(lock: Lock): Promise<void> {
    if (lock.retiredAtMs !== null) this.#retired.add(lock.lockId)
    const before = this.#keys.get(lock.lockId)
    await this.#keys.put(lock)
    if (lock.publicKeyPem === null) return
    this.#conduct.forget(lock.lockId)
    if (before !== null && before.generation !== lock.keyGeneration) {
      // Another board: what the one before it said of its boot, its uptime and its door is not this one's.
      this.#presence.get(lock.lockId)?.closed(this.#options.clock.nowMs())
      this.#presence.delete(lock.lockId)
      this.#awaited.giveUpOn(lock.lockId)
    }
    this.#inBackground(this.#questions.ask(lock.lockId))
  }

  /** The broker saw this lock subscribe to its commands: the next tick asks it, should its own hello be lost. */
  lockListens(lockId: LockId): void {
    if (this.#keys.get(lockId) !== null) this.#stateOf(lockId).connected()
  }

  /** The broker saw this lock's connection end. */
  lockClosed(lockId: LockId): void {
    this.#presence.get(lockId)?.closed(this.#options.clock.nowMs())
  }

  /** The broker tolerated `count` events of this lock, such as reconnects, that exceed what a working lock does. */
  lockExceeded(lockId: LockId, count: number): void {
    if (this.#keys.get(lockId) === null) return
    this.#judgeConduct(lockId, this.#conduct.exceeded(lockId, count, this.#options.clock.monotonicMs()))
  }

  watchMessages(watch: (trace: LockMessageTrace) => void): () => void {
    return this.#watchers.add(watch)
  }

  presence(lockId: LockId) {
    const presence = this.#stateOf(lockId).presence(this.#reaches(lockId))
    if (this.#retired.has(lockId)) return { ...presence, online: false, offlineCause: 'retired' as const }
    const isCutOff = !presence.online && this.#conduct.isCutOff(lockId, this.#options.clock.monotonicMs())
    return isCutOff ? { ...presence, offlineCause: 'cut-off' as const } : presence
  }

  lastHello(lockId: LockId) {
    return this.#stateOf(lockId).lastHello
  }

  freshness(lockId: LockId) {
    if (this.#retired.has(lockId)) return null
    return this.#stateOf(lockId).freshness(this.#options.clock.monotonicMs())
  }

  signOpen(fields: OpenCommandFields): Promise<SignedCommand> {
    return this.#outbox.openCommand(fields)
  }

  send(command: SignedCommand, untilMonotonicMs: number): Promise<SendAnswer> {
    const { lockId, message } = command
    const handOver = (forMs: number) =>
      !this.#retired.has(lockId) && this.#stateOf(lockId).online && this.#publish(lockId, message, forMs, 'open')
    return this.#awaited.send(command, untilMonotonicMs, handOver)
  }

  ask(lockId: LockId): Promise<AskAnswer> {
    return this.#retired.has(lockId) ? Promise.resolve({ kind: 'unreachable' }) : this.#questions.byPerson(lockId)
  }

  async askOutcome(command: StoredCommand): Promise<boolean> {
    if (!this.#stateOf(command.lockId).can('outcome')) return false
    const message = await this.#outbox.outcomeQuestion(command)
    return this.#publish(command.lockId, message, this.#times.answerWaitMs, 'question')
  }

  giveReceipt(ack: Pick<VerifiedAck, 'lockId' | 'keyGeneration' | 'journalSeq'>): void {
    this.#receipts.add(ack.lockId, ack.keyGeneration, ack.journalSeq)
  }

  async #sendReceipt(batch: ReceiptBatch): Promise<void> {
    const message = await this.#outbox.receipt(batch)
    this.#publish(batch.lockId, message, this.#times.answerWaitMs, 'receipt')
  }

  #publish(lockId: LockId, message: string, forMs: number, what: 'open' | 'question' | 'receipt'): boolean {
    const published = this.#client?.publish(lockId, message, { forMs, isOpen: what === 'open' }) ?? false
    if (published) this.#watchers.sent(lockId, message)
    return published
  }

  #helloCame(lockId: LockId, hello: Hello, arrival: Arrival): void {
    const { log } = this.#options
    const state = this.#stateOf(lockId)
    const was = state.answers
    const could = state.can('open')
    const tookMs = state.msSinceAsked(arrival.monotonicMs)
    if (!state.helloCame(hello.nonce, hello, arrival)) {
      this.#questions.afterHello(lockId)
      return
    }
    if (!was) log.info({ lockId, bootId: hello.bootId }, 'lock online')
    if (!state.can('open') && (could || !was)) {
      log.warn({ lockId, ops: hello.ops }, 'the lock’s hello does not list open: it is sent no command to open')
    }
    this.#questions.answered(lockId, tookMs)
    this.#listeners.onHello(lockId)
  }

  #ackCame(ack: VerifiedAck, arrival: Arrival): void {
    const awaited = this.#awaited.boundTo(ack)
    const state = this.#stateOf(ack.lockId)
    const wasSuspended = state.showsSuspension(ack, arrival)
    const { command, sentMonotonicMs } = awaited ?? {}
    const sent =
      command === undefined || sentMonotonicMs === undefined ? null : { bootId: command.bootId, sentMonotonicMs }
    state.ackCame(ack, arrival, sent)
    if (awaited === null) this.#listeners.onAck(ack)
    else awaited.answer(ack, wasSuspended)
  }

  #judgeConduct(lockId: LockId, verdict: ConductVerdict): void {
    if (verdict.kind !== 'cut-off') return
    const { forMs } = verdict
    this.#options.log.warn({ lockId, forMs }, 'lock cut off: it says more than a working lock can')
    this.#client?.cutOff(lockId, forMs)
    this.lockClosed(lockId)
    this.#listeners.onCutOff(lockId, forMs)
  }

  #scheduleTick(): void {
    this.#stopTicking = this.#options.clock.startTimer(this.#times.tickMs, () => {
      this.#tick()
      this.#scheduleTick()
    })
  }

  /** Asks those who were silent for long, and after a connection all of them, some at a time. */
  #tick(): void {
    if (this.#client?.ready !== true) return
    const monotonicMs = this.#options.clock.monotonicMs()
    let asked = 0
    for (const lockId of this.#keys.lockIds()) {
      if (asked >= this.#times.askPerTick) return
      // It says hello by itself when it comes, and is asked then about what it has still to tell.
      if (this.#retired.has(lockId)) continue
      if (!this.#stateOf(lockId).isAskDue(monotonicMs, this.#times, ASK_SPACING_MS)) continue
      if (!this.#reaches(lockId)) continue
      asked += 1
      this.#inBackground(this.#questions.ask(lockId))
    }
  }

  #reaches(lockId: LockId): boolean {
    const isCutOff = this.#conduct.isCutOff(lockId, this.#options.clock.monotonicMs())
    return !isCutOff && this.#client?.reaches(lockId) === true
  }

  #stateOf(lockId: LockId): LockPresenceState {
    const state = this.#presence.get(lockId) ?? new LockPresenceState()
    this.#presence.set(lockId, state)
    return state
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#options.log.error({ cause: error instanceof Error ? error.message : String(error) }, 'lock link failed')
    })
  }
}
