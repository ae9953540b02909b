import type { VerifiedAck } from '#domain/acks/ack.ts'
import type {
  AskAnswer,
  LockHello,
  LockLink,
  LockPresence,
  OpenCommandFields,
  SendAnswer,
} from '#domain/locks/lock-link.ts'
import type { SignedCommand } from '#domain/openings/opening.ts'
import { commandHashOf, type LockId, newBootId } from '#protocol/ids.ts'

/** What the lock does with the next command; `hold` keeps it until the test answers. */
type Whim =
  | { readonly result: VerifiedAck['result']; readonly reason?: string; readonly wasSuspended?: boolean }
  | 'silent'
  | 'not-sent'
  | { readonly hold: Promise<void> }

/** A lock behind a link: it signs nothing, and counts what it was sent. */
export class FakeLockLink implements LockLink {
  online = true
  whim: Whim = { result: 'opened' }
  readonly sent: SignedCommand[] = []
  readonly #bootId = newBootId()

  presence(_lockId?: LockId): LockPresence {
    const { online } = this
    const offlineCause = online ? null : 'not-connected'
    return {
      online,
      answers: online,
      offlineCause,
      sinceMs: null,
      lastSeenMs: null,
      door: 'closed',
      batteryPercent: 80,
    } as const
  }
  lastHello(_lockId?: LockId): LockHello | null {
    return null
  }
  freshness() {
    return this.online ? { bootId: this.#bootId, lastCounter: 0, uptimeS: 100 } : null
  }
  async signOpen(fields: OpenCommandFields): Promise<SignedCommand> {
    const message = JSON.stringify(fields)
    return { ...fields, message, commandHash: commandHashOf(message) }
  }
  async send(command: SignedCommand): Promise<SendAnswer> {
    this.sent.push(command)
    const { whim } = this
    if (whim === 'silent' || whim === 'not-sent') return { kind: whim }
    if ('hold' in whim) {
      await whim.hold
      return { kind: 'acked', ack: ackOf(command, { result: 'opened' }), wasSuspended: false }
    }
    return { kind: 'acked', ack: ackOf(command, whim), wasSuspended: whim.wasSuspended ?? false }
  }
  /** What it says when somebody asks it. */
  answer: AskAnswer = { kind: 'answered', tookMs: 42 }
  async ask(): Promise<AskAnswer> {
    return this.answer
  }
  async askOutcome() {
    return false
  }
  giveReceipt() {}
}

function ackOf(
  command: SignedCommand,
  { result, reason = null }: { result: VerifiedAck['result']; reason?: string | null },
): VerifiedAck {
  const { lockId, openingId, commandId, commandHash, keyRef, bootId, counter } = command
  return {
    ...{ lockId, openingId, commandId, commandHash, keyRef, bootId, result, reason },
    message: `ack of ${commandId}`,
    uptimeS: 101,
    lastCounter: counter,
    keyGeneration: 1,
    journalSeq: 1,
    door: 'closed',
    batteryPercent: 80,
  }
}
