import type { CryptoKey } from 'jose'
import type { OpenCommandFields } from '#domain/locks/lock-link.ts'
import type { SignedCommand, StoredCommand } from '#domain/openings/opening.ts'
import type { Clock } from '#domain/time/clock.ts'
import { signMessage } from '#protocol/envelope.ts'
import { commandHashOf, type LockId, type Nonce, newNonce, type SiteId } from '#protocol/ids.ts'
import { MESSAGE_TYPES, type MessageKind } from '#protocol/messages.ts'
import { gatewayName, lockName } from '#protocol/topics.ts'
import type { ReceiptBatch } from './receipts.ts'

/** What the gateway says to locks, signed. Handing it to a broker is for others. */
export class LockOutbox {
  readonly #site: SiteId
  readonly #signingKey: CryptoKey
  readonly #clock: Clock

  constructor(site: SiteId, signingKey: CryptoKey, clock: Clock) {
    this.#site = site
    this.#signingKey = signingKey
    this.#clock = clock
  }

  async openCommand(fields: OpenCommandFields): Promise<SignedCommand> {
    const { commandId, openingId, lockId, keyRef, bootId, counter, notAfterUptimeS, pulseS } = fields
    const members = { op: 'open', jti: commandId, openingId, counter, bootId, notAfterUptimeS, pulseS, keyRef }
    const message = await this.#sign('command', lockId, members)
    const commandHash = commandHashOf(message)
    return { commandId, openingId, lockId, keyRef, bootId, counter, notAfterUptimeS, commandHash, message }
  }

  outcomeQuestion(command: StoredCommand): Promise<string> {
    const { commandId, openingId, lockId, commandHash, keyRef, bootId, notAfterUptimeS } = command
    const about = { about: commandId, openingId, commandHash, keyRef, bootId, notAfterUptimeS }
    return this.#sign('command', lockId, { op: 'outcome', jti: newNonce(), ...about })
  }

  helloQuestion(lockId: LockId, nonce: Nonce): Promise<string> {
    return this.#sign('command', lockId, { op: 'hello', jti: nonce })
  }

  receipt({ lockId, keyGeneration, acks }: ReceiptBatch): Promise<string> {
    return this.#sign('receipt', lockId, { jti: newNonce(), keyGeneration, acks, journalUpTo: null })
  }

  #sign(kind: Extract<MessageKind, 'command' | 'receipt'>, lockId: LockId, members: object): Promise<string> {
    const iat = Math.floor(this.#clock.nowMs() / 1_000)
    const payload = { iss: gatewayName(this.#site), aud: lockName(this.#site, lockId), iat, ...members }
    return signMessage(MESSAGE_TYPES[kind], payload, this.#signingKey)
  }
}
