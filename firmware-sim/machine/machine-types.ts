import type { BootId, CommandHash, CommandId, KeyRef, LockId, Nonce, OpeningId, SiteId } from '#protocol/ids.ts'
import type { Ack } from '#protocol/messages.ts'
import type { Repeat } from './ack-repeater.ts'
import type { Bolt, Motion } from './bolt.ts'
import type { FlashImage, JournalRecord } from './journal.ts'

/** What was flashed into the lock when it was made. */
export interface LockConfig {
  site: SiteId
  lockId: LockId
  keyGeneration: number
  /** Outcomes that are kept at least; only receipted ones are ever forgotten. */
  journalCapacity: number
  /** Every `op` that this firmware knows; a gateway sends no other. */
  ops: readonly string[]
}

export interface Sensors {
  door: Ack['door']
  batteryPercent: Ack['batteryPercent']
}

/** `flash` survives a power cut as far as `write-flash` was carried out; everything else is RAM. */
export interface LockState {
  config: LockConfig
  flash: FlashImage
  bootId: BootId
  /** Highest counter of a verified command of this boot. */
  lastCounter: number
  bolt: Bolt
  sensors: Sensors
  repeats: readonly Repeat[]
  /** When the last repeat went out. */
  repeatedUptimeMs: number | null
  connected: boolean
  helloAnsweredUptimeMs: number | null
  heldHello: Nonce | null
}

/** What every command has that may be judged at all, whatever its `op`. */
export interface HeardCommand {
  op: string
  jti: CommandId
  openingId: OpeningId
  keyRef: KeyRef | null
  bootId: BootId
  counter: number
  notAfterUptimeS: number
  /** Null for an `op` that this firmware does not know. */
  pulseS: number | null
  commandHash: CommandHash
}

export interface UnsignedOutcome {
  record: JournalRecord
  seq: number
  payload: Ack
}

export interface SignedOutcome extends UnsignedOutcome {
  message: string
}

/**
 * What the hardware does for the machine, strictly in order. `write-flash` makes the new state's flash durable before
 * anything after it happens, however long that takes. `recheck-command` comes back as an `intent-stored` input with the uptime
 * of that moment, and `sign-ack` as a `signed` one, before any other input is taken.
 */
export type Effect =
  | { kind: 'write-flash'; what: 'boot' | 'intent' | 'outcome' | 'receipts' }
  | { kind: 'recheck-command' }
  | { kind: 'drive-bolt'; motion: Motion; commandId: CommandId; openingId: OpeningId; pulseS: number }
  | { kind: 'sign-ack'; outcome: UnsignedOutcome }
  | { kind: 'publish-ack'; message: string }
  /** `helloPayload` of the moment of signing; `nonce` names the question that is answered. */
  | { kind: 'sign-hello'; nonce: Nonce | null }
  /** Nothing is said; `why` is for the trace on the firmware author's screen. */
  | { kind: 'silent'; why: string }

export interface Transition {
  next: LockState
  effects: readonly Effect[]
}
