import type { VerifiedAck } from '#domain/ack.ts'
import type { Lock } from '#domain/lock.ts'
import type { StoredCommand } from '#domain/opening.ts'
import type { LockLink, OpenCommandFields, SendAnswer, SignedCommand } from '#domain/ports.ts'
import { ShortLivedMap } from '#domain/short-lived-map.ts'
import { signMessage, type Verdict, verifyMessage } from '#protocol/envelope.ts'
import { type CommandId, commandHashOf, type LockId, newNonce } from '#protocol/ids.ts'
import { ack as ackSchema, hello as helloSchema, MESSAGE_TYPES, type MessageKind } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic, OFFLINE_WILL, parseLockTopic } from '#protocol/topics.ts'
import { type BrokerClient, connectBroker } from './broker-client.ts'
import { DroppedMessages } from './dropped-messages.ts'
import { LockKeys } from './lock-keys.ts'
import { DEFAULT_TIMES, type LockLinkOptions, type LockLinkTimes, type LockMessageTrace } from './lock-link-options.ts'
import { type Arrival, LockPresenceState } from './lock-presence.ts'
import { type ReceiptBatch, Receipts } from './receipts.ts'

/** Waits between two questions to one lock: it answers at most one a second. */
const ASK_SPACING_MS = 1_000

interface Waiting {
  readonly command: SignedCommand
  answer(ack: VerifiedAck): void
}

/** Commands to locks and their signed words, over whichever broker the site has. */
export class MqttLockLink implements LockLink {
  readonly #options: LockLinkOptions
  readonly #times: LockLinkTimes
  readonly #keys = new LockKeys()
  readonly #presence = new Map<LockId, LockPresenceState>()
  readonly #waiting = new ShortLivedMap<CommandId, Waiting>()
  readonly #receipts: Receipts
  readonly #dropped: DroppedMessages
  readonly #traces = new Set<(trace: LockMessageTrace) => void>()
  #client: BrokerClient | null = null
  #stopTicking = () => {}

  constructor(options: LockLinkOptions) {
    this.#options = options
    this.#times = { ...DEFAULT_TIMES, ...options.times }
    this.#dropped = new DroppedMessages(options.clock, options.log)
    this.#receipts = new Receipts(options.clock, this.#times.receiptDelayMs, (batch) =>
      this.#inBackground(this.#sendReceipt(batch)),
    )
  }

  /** Connects; locks are asked for a hello once the broker is there, and whenever it comes back. */
  async start(locks: readonly Lock[]): Promise<void> {
    await Promise.all(locks.map((lock) => this.#keys.put(lock)))
    for (const lock of locks) this.#stateOf(lock.lockId)
    const { site, broker, clock, log } = this.#options
    this.#client = connectBroker(
      site,
      broker,
      {
        onReady: () => this.#tick(),
        onGone: () => {
          for (const state of this.#presence.values()) state.closed()
        },
        onMessage: (topic, payload, retained) => this.#inBackground(this.#receive(topic, payload, retained)),
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

  /** A new lock, or one with a new key. */
  async putLock(lock: Lock): Promise<void> {
    await this.#keys.put(lock)
    if (lock.publicKeyPem === null) return
    this.#inBackground(this.#askHello(lock.lockId))
  }

  /** The broker saw this lock's connection end. */
  lockClosed(lockId: LockId): void {
    this.#presence.get(lockId)?.closed()
  }

  watchMessages(watch: (trace: LockMessageTrace) => void): () => void {
    this.#traces.add(watch)
    return () => this.#traces.delete(watch)
  }

  presence(lockId: LockId) {
    return this.#stateOf(lockId).presence()
  }

  freshness(lockId: LockId) {
    return this.#stateOf(lockId).freshness(this.#options.clock.monotonicMs())
  }

  async signOpen(fields: OpenCommandFields): Promise<SignedCommand> {
    const message = await this.#sign('command', fields.lockId, {
      op: 'open',
      jti: fields.commandId,
      openingId: fields.openingId,
      counter: fields.counter,
      bootId: fields.bootId,
      notAfterUptimeS: fields.notAfterUptimeS,
      pulseS: fields.pulseS,
      keyRef: fields.keyRef,
    })
    const { commandId, openingId, lockId, keyRef, bootId, counter, notAfterUptimeS } = fields
    return {
      commandId,
      openingId,
      lockId,
      keyRef,
      bootId,
      counter,
      notAfterUptimeS,
      commandHash: commandHashOf(message),
      message,
    }
  }

  send(command: SignedCommand, untilMonotonicMs: number): Promise<SendAnswer> {
    return new Promise((resolve) => {
      const { clock } = this.#options
      const end = (answer: SendAnswer) => {
        this.#waiting.delete(command.commandId)
        cancel()
        resolve(answer)
      }
      // Before the publish, or a quick ack would find nobody waiting.
      this.#waiting.set(command.commandId, { command, answer: (ack) => end({ kind: 'acked', ack }) })
      const forMs = Math.max(0, untilMonotonicMs - clock.monotonicMs())
      const cancel = clock.startTimer(forMs, () => end({ kind: 'silent' }))
      const { lockId, message } = command
      if (!this.#stateOf(lockId).online || !this.#publish(lockId, message, forMs)) end({ kind: 'not-sent' })
    })
  }

  async askOutcome(command: StoredCommand): Promise<boolean> {
    const message = await this.#sign('command', command.lockId, {
      op: 'outcome',
      jti: newNonce(),
      about: command.commandId,
      openingId: command.openingId,
      commandHash: command.commandHash,
      keyRef: command.keyRef,
      bootId: command.bootId,
      notAfterUptimeS: command.notAfterUptimeS,
    })
    return this.#publish(command.lockId, message, this.#times.answerWaitMs)
  }

  giveReceipt(ack: Pick<VerifiedAck, 'lockId' | 'keyGeneration' | 'journalSeq'>): void {
    this.#receipts.add(ack.lockId, ack.keyGeneration, ack.journalSeq)
  }

  async #sendReceipt(batch: ReceiptBatch): Promise<void> {
    const { lockId, keyGeneration, acks } = batch
    const message = await this.#sign('receipt', lockId, { jti: newNonce(), keyGeneration, acks, journalUpTo: null })
    this.#publish(lockId, message, this.#times.answerWaitMs)
  }

  async #askHello(lockId: LockId): Promise<void> {
    if (this.#client?.ready !== true) return
    const { clock } = this.#options
    const state = this.#stateOf(lockId)
    const nonce = newNonce()
    state.asked(nonce, clock.monotonicMs())
    const message = await this.#sign('command', lockId, { op: 'hello', jti: nonce })
    this.#publish(lockId, message, this.#times.answerWaitMs)
    clock.startTimer(this.#times.answerWaitMs, () => {
      if (state.unanswered(nonce)) this.#options.log.warn({ lockId }, 'lock offline: it did not answer')
    })
  }

  #sign(kind: Extract<MessageKind, 'command' | 'receipt'>, lockId: LockId, members: object): Promise<string> {
    const { site, clock, signingKey } = this.#options
    const iat = Math.floor(clock.nowMs() / 1_000)
    const payload = { iss: gatewayName(site), aud: lockName(site, lockId), iat, ...members }
    return signMessage(MESSAGE_TYPES[kind], payload, signingKey)
  }

  #publish(lockId: LockId, message: string, forMs: number): boolean {
    const published = this.#client?.publish(lockId, message, forMs) ?? false
    if (published && this.#traces.size > 0) {
      const topic = lockTopic(this.#options.site, lockId, 'command')
      this.#trace({ direction: 'to-lock', lockId, topic, message, verdict: 'ok', detail: null })
    }
    return published
  }

  async #receive(topic: string, payload: Buffer, retained: boolean): Promise<void> {
    const { clock, site } = this.#options
    const arrival: Arrival = { monotonicMs: clock.monotonicMs(), nowMs: clock.nowMs() }
    const parsed = parseLockTopic(topic)
    if (parsed === null || parsed.site !== site) return
    const { lockId } = parsed
    const message = payload.toString('latin1')
    const told = (verdict: LockMessageTrace['verdict'], detail: string | null) =>
      this.#trace({ direction: 'from-lock', lockId, topic, message, verdict, detail })

    const key = this.#keys.get(lockId)
    if (key === null) return told('unknown-lock', 'no lock of this number was added')
    if (retained) return told('retained', 'a retained message is dropped')
    if (parsed.kind === 'presence' && message === OFFLINE_WILL) {
      this.lockClosed(lockId)
      return told('will', null)
    }
    const from = { topic, key, iss: lockName(site, lockId), aud: gatewayName(site) }
    switch (parsed.kind) {
      case 'presence': {
        const verdict = await verifyMessage(message, { ...from, typ: MESSAGE_TYPES.hello, schema: helloSchema })
        if (this.#passed(verdict, lockId, told)) this.#helloCame(lockId, verdict.payload, arrival)
        return
      }
      case 'ack': {
        const verdict = await verifyMessage(message, { ...from, typ: MESSAGE_TYPES.ack, schema: ackSchema })
        if (this.#passed(verdict, lockId, told)) this.#ackCame({ ...verdict.payload, lockId, message }, arrival)
        return
      }
      case 'event':
      case 'command':
        return told('unexpected-topic', `nothing is expected on ${parsed.kind} in this version`)
    }
  }

  /** A message that does not verify is noise: keep waiting for the true one. */
  #passed<T>(
    verdict: Verdict<T>,
    lockId: LockId,
    told: (verdict: LockMessageTrace['verdict'], detail: string | null) => void,
  ): verdict is { ok: true; payload: T } {
    if (verdict.ok) told('ok', null)
    else {
      this.#dropped.add(lockId, verdict.check, verdict.detail)
      told(verdict.check, verdict.detail)
    }
    return verdict.ok
  }

  #helloCame(
    lockId: LockId,
    hello: Parameters<LockPresenceState['helloCame']>[1] & { nonce: Parameters<LockPresenceState['helloCame']>[0] },
    arrival: Arrival,
  ): void {
    const { log, onHello } = this.#options
    const state = this.#stateOf(lockId)
    const was = state.online
    if (state.helloCame(hello.nonce, hello, arrival)) {
      if (!was) log.info({ lockId, bootId: hello.bootId }, 'lock online')
      onHello(lockId)
      return
    }
    this.#askAfterHello(lockId, state)
  }

  /**
   * An unasked hello is a lock that has just come: it is asked at once, whatever was asked before it came. Only the
   * questions that hellos bring about are spaced, so that no flood of hellos becomes a flood of questions.
   */
  #askAfterHello(lockId: LockId, state: LockPresenceState): void {
    const { clock } = this.#options
    const waitMs = state.takeHelloQuestion(clock.monotonicMs(), ASK_SPACING_MS)
    if (waitMs === 0) this.#inBackground(this.#askHello(lockId))
    else if (waitMs !== null) clock.startTimer(waitMs, () => this.#inBackground(this.#askHello(lockId)))
  }

  #ackCame(ack: VerifiedAck, arrival: Arrival): void {
    const waiting = this.#waiting.get(ack.commandId)
    const bound =
      waiting !== undefined && waiting.command.lockId === ack.lockId && waiting.command.commandHash === ack.commandHash
    this.#stateOf(ack.lockId).ackCame(ack, arrival, bound ? waiting.command.bootId : null)
    if (bound) waiting.answer(ack)
    else this.#options.onAck(ack)
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
      if (!this.#stateOf(lockId).isAskDue(monotonicMs, this.#times.silenceMs, ASK_SPACING_MS)) continue
      asked += 1
      this.#inBackground(this.#askHello(lockId))
    }
  }

  #stateOf(lockId: LockId): LockPresenceState {
    const state = this.#presence.get(lockId) ?? new LockPresenceState()
    this.#presence.set(lockId, state)
    return state
  }

  #trace(trace: LockMessageTrace): void {
    for (const watch of this.#traces) watch(trace)
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      this.#options.log.error({ cause: error instanceof Error ? error.message : String(error) }, 'lock link failed')
    })
  }
}
