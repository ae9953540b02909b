import type { VerifiedAck } from '#domain/acks/ack.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockKeys } from '#lock-link/lock-keys.ts'
import type { FailedCheck, LockMessageTrace } from '#lock-link/lock-link-options.ts'
import { type Verdict, verifyMessage } from '#protocol/envelope.ts'
import type { LockId, SiteId } from '#protocol/ids.ts'
import { ack as ackSchema, type Hello, hello as helloSchema, MESSAGE_TYPES } from '#protocol/messages.ts'
import { gatewayName, type LockTopic, lockName, OFFLINE_WILL, parseLockTopic } from '#protocol/topics.ts'
import type { DroppedMessages } from './dropped-messages.ts'
import type { ConductVerdict, LockConduct } from './lock-conduct.ts'
import type { Arrival } from './lock-presence.ts'
import type { VerificationTurns } from './verification-turns.ts'

export interface LockInboxOptions {
  readonly site: SiteId
  readonly clock: Clock
  readonly keys: LockKeys
  readonly conduct: LockConduct
  readonly turns: VerificationTurns
  readonly dropped: DroppedMessages
  onHello(lockId: LockId, hello: Hello, arrival: Arrival): void
  onAck(ack: VerifiedAck, arrival: Arrival): void
  onWill(lockId: LockId): void
  /** The lock said more than is heard of it; `cut-off` is told once for each. */
  onExcess(lockId: LockId, verdict: ConductVerdict): void
  trace(trace: LockMessageTrace): void
}

type Tell = (verdict: LockMessageTrace['verdict'], detail: string | null) => void

/** Whatever comes in the name of a lock: bounded, then verified, and only then read. */
export class LockInbox {
  readonly #options: LockInboxOptions

  constructor(options: LockInboxOptions) {
    this.#options = options
  }

  async receive(topic: string, payload: Buffer, retained: boolean): Promise<void> {
    const { clock, site, keys, conduct, turns } = this.#options
    const arrival: Arrival = { monotonicMs: clock.monotonicMs(), nowMs: clock.nowMs() }
    const parsed = parseLockTopic(topic)
    if (parsed === null || parsed.site !== site) return
    const { lockId } = parsed
    const message = payload.toString('latin1')
    const tell: Tell = (verdict, detail) =>
      this.#options.trace({ direction: 'from-lock', lockId, topic, message, verdict, detail })

    if (keys.get(lockId) === null) return tell('unknown-lock', 'no lock of this number was added')
    // Before the signature is looked at: that is what costs.
    const verdict = conduct.said(lockId, arrival.monotonicMs)
    if (verdict.kind !== 'heard') {
      this.#options.onExcess(lockId, verdict)
      return tell('too-much', 'the lock says more than a working lock can')
    }
    if (retained) return tell('retained', 'a retained message is dropped')
    if (parsed.kind === 'presence' && message === OFFLINE_WILL) {
      this.#options.onWill(lockId)
      return tell('will', null)
    }
    const verified = await turns.take(lockId, () => this.#verify(parsed, topic, message, arrival, tell))
    if (verified === null) tell('too-much', 'too many messages of this lock wait to be verified')
  }

  /** Answers true: null is for a message that got no turn. */
  async #verify(
    { lockId, kind }: LockTopic,
    topic: string,
    message: string,
    arrival: Arrival,
    tell: Tell,
  ): Promise<true> {
    const { site, keys } = this.#options
    // Its key may have changed while the message waited.
    const key = keys.get(lockId)
    if (key === null) return true
    const { publicKey, generation } = key
    const from = { topic, key: publicKey, iss: lockName(site, lockId), aud: gatewayName(site) }
    switch (kind) {
      case 'presence': {
        const verdict = await verifyMessage(message, { ...from, typ: MESSAGE_TYPES.hello, schema: helloSchema })
        if (this.#passed(verdict, lockId, generation, tell)) this.#options.onHello(lockId, verdict.payload, arrival)
        return true
      }
      case 'ack': {
        const verdict = await verifyMessage(message, { ...from, typ: MESSAGE_TYPES.ack, schema: ackSchema })
        if (this.#passed(verdict, lockId, generation, tell)) {
          this.#options.onAck({ ...verdict.payload, lockId, message }, arrival)
        }
        return true
      }
      case 'event':
      case 'command':
        tell('unexpected-topic', `nothing is expected on ${kind} in this version`)
        return true
    }
  }

  /**
   * False for a message that does not count: it does not verify; or it names another key pair than the one it verified
   * under, so its `journalSeq` belongs to an unknown journal; or its key pair was replaced while it was verified, and
   * the replaced board's boot would be taken for the new one's.
   */
  #passed<T extends { readonly keyGeneration: number }>(
    verdict: Verdict<T>,
    lockId: LockId,
    generation: number,
    tell: Tell,
  ): verdict is Extract<Verdict<T>, { ok: true }> {
    const { dropped, keys } = this.#options
    const present = keys.get(lockId)?.generation ?? null
    const failed = verdict.ok
      ? (otherGeneration(verdict.payload, generation) ?? replaced(generation, present))
      : verdict
    if (failed !== null) {
      dropped.add(lockId, failed.check, failed.detail)
      tell(failed.check, failed.detail)
      return false
    }
    const unread = verdict.ok ? verdict.unread : []
    if (unread.length > 0) dropped.misread(lockId, unread)
    tell('ok', unread.length === 0 ? null : `counts as unknown: ${unread.join(', ')}`)
    return true
  }
}

function otherGeneration(
  { keyGeneration }: { readonly keyGeneration: number },
  generation: number,
): { readonly check: FailedCheck; readonly detail: string } | null {
  if (keyGeneration === generation) return null
  return { check: 'generation', detail: `keyGeneration is ${keyGeneration}, the lock's key has ${generation}` }
}

const replaced = (
  generation: number,
  present: number | null,
): { readonly check: FailedCheck; readonly detail: string } | null =>
  generation === present
    ? null
    : { check: 'generation', detail: `keyGeneration is ${generation}, the lock's key has ${present} by now` }
