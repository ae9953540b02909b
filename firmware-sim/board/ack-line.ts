import { type CryptoKey, generateKeyPair } from 'jose'
import { z } from 'zod'
import { signMessage } from '#protocol/envelope.ts'
import { type Ack, ack, MESSAGE_TYPES } from '#protocol/messages.ts'
import type { Faults } from './faults.ts'

/** The members of a signed message as they stand, unverified. */
const readPayload = (message: string): unknown =>
  JSON.parse(Buffer.from(message.split('.')[1] ?? '', 'base64url').toString('latin1'))

/** One ack that left the lock. */
export class SentAck {
  readonly message: string
  /** By the simulator's clock. */
  readonly sentMs: number

  constructor(message: string, sentMs: number) {
    this.message = message
    this.sentMs = sentMs
  }

  get payload(): Ack {
    return ack.parse(readPayload(this.message))
  }
}

export interface AckLineDeps {
  faults: Faults
  send: (message: string) => void
  onLost: (message: string) => void
}

/** The last metre of an ack's way out, where acks are lost, late, doubled and forged. */
export class AckLine {
  readonly #deps: AckLineDeps
  readonly #late = new Set<NodeJS.Timeout>()

  constructor(deps: AckLineDeps) {
    this.#deps = deps
  }

  push(message: string): void {
    const { faults } = this.#deps
    if (faults.mute || faults.loseNextAcks > 0) {
      if (!faults.mute) faults.loseNextAcks -= 1
      this.#deps.onLost(message)
      return
    }
    const copies = 1 + faults.duplicateAcks
    if (faults.forgeSignature) {
      const { lateMs, trueAckAfterMs } = faults
      void forge(message).then((forged) => this.#leave(forged, copies, lateMs))
      if (trueAckAfterMs !== null) this.#leave(message, copies, lateMs + trueAckAfterMs)
      return
    }
    this.#leave(message, copies, faults.lateMs)
  }

  powerOff(): void {
    for (const timer of this.#late) clearTimeout(timer)
    this.#late.clear()
  }

  #leave(message: string, copies: number, delayMs: number): void {
    const send = () => {
      for (let copy = 0; copy < copies; copy += 1) this.#deps.send(message)
    }
    if (delayMs <= 0) {
      send()
      return
    }
    const timer = setTimeout(() => {
      this.#late.delete(timer)
      send()
    }, delayMs)
    this.#late.add(timer)
  }
}

let strangersKey: Promise<CryptoKey> | undefined

async function forge(message: string): Promise<string> {
  strangersKey ??= generateKeyPair('ES256').then((pair) => pair.privateKey)
  return await signMessage(MESSAGE_TYPES.ack, z.looseObject({}).parse(readPayload(message)), await strangersKey)
}
