import type { Ack } from '#protocol/messages.ts'

/** What can be wrong with a lock. Everything is off by default and may change at any moment. */
export interface Faults {
  /** Commands that would move the bolt are lost on their way; questions and receipts are heard. */
  deaf: boolean
  /** The same for the next n commands. */
  loseNextCommands: number
  /** Acks are lost while set, answers to `outcome` included; hellos are still said. Repeats begin anew when cleared. */
  mute: boolean
  /** The same for the next n acks. */
  loseNextAcks: number
  /** Every ack leaves this much later, repeats included. */
  lateMs: number
  /** Fresh open commands are refused with this reason. */
  refuse: string | null
  /** Only the next n of them, then `refuse` is cleared; null: all. */
  refuseNext: number | null
  /** The motor runs, but the bolt does not withdraw: the lock answers `jammed`. */
  jam: boolean
  /** Every ack leaves 1 + n times. */
  duplicateAcks: number
  /** Acks leave signed by a key that nobody knows. */
  forgeSignature: boolean
  /** With `forgeSignature`: the true ack follows after this time; null: never. */
  trueAckAfterMs: number | null
  /** How fast the lock's clock runs: +50 000 is 5 % too fast. Settable too as the option of that name. */
  crystalPpm: number
  /** The power goes once, at this point of the next command (or, around its outcome, of the next ack). */
  rebootAt: 'before-intent' | 'after-intent' | 'before-outcome' | 'after-outcome' | null
  /** With `after-intent`: whether the bolt had moved when the power went. */
  rebootMovesBolt: boolean
  /** Every flash write takes this long. */
  flashWriteMs: number
  /** Flash writes fail, and are tried again until they no longer do. */
  flashFails: boolean
  /** Questions for a hello stay unanswered. */
  silentHello: boolean
  /** The lock lies: what this returns is signed with its true key and kept as its ack. */
  ackOverride: ((payload: Ack) => Ack) | null
}

export const noFaults = (crystalPpm: number): Faults => ({
  deaf: false,
  loseNextCommands: 0,
  mute: false,
  loseNextAcks: 0,
  lateMs: 0,
  refuse: null,
  refuseNext: null,
  jam: false,
  duplicateAcks: 0,
  forgeSignature: false,
  trueAckAfterMs: null,
  crystalPpm,
  rebootAt: null,
  rebootMovesBolt: true,
  flashWriteMs: 0,
  flashFails: false,
  silentHello: false,
  ackOverride: null,
})
