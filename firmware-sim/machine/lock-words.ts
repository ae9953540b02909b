import type { Nonce } from '#protocol/ids.ts'
import type { Ack, Hello } from '#protocol/messages.ts'
import { gatewayName, lockName } from '#protocol/topics.ts'
import { type CommandFacts, firstSeq } from './journal.ts'
import type { LockState } from './machine-types.ts'
import { uptimeSOf } from './state-view.ts'

const FIRMWARE = 'latchkey-sim 1'

const fromThisLock = ({ config, bootId, lastCounter, sensors }: LockState, uptimeMs: number) => ({
  iss: lockName(config.site, config.lockId),
  aud: gatewayName(config.site),
  bootId,
  uptimeS: uptimeSOf(uptimeMs),
  lastCounter,
  keyGeneration: config.keyGeneration,
  door: sensors.door,
  batteryPercent: sensors.batteryPercent,
})

/** The words of one ack. No `iat`: this lock has no clock, and nobody decides by it. */
export function ackPayload(
  state: LockState,
  about: CommandFacts,
  said: { result: Ack['result']; reason: string | null; seq: number; uptimeMs: number },
): Ack {
  return {
    ...fromThisLock(state, said.uptimeMs),
    openingId: about.openingId,
    commandId: about.commandId,
    commandHash: about.commandHash,
    keyRef: about.keyRef,
    result: said.result,
    reason: said.reason,
    journalSeq: said.seq,
  }
}

/** `nonce` names the question that is answered; null introduces the lock unasked. */
export function helloPayload(state: LockState, nonce: Nonce | null, uptimeMs: number): Hello {
  return {
    ...fromThisLock(state, uptimeMs),
    nonce,
    journalFrom: firstSeq(state.flash),
    journalTo: state.flash.lastSeq,
    ops: [...state.config.ops],
    firmware: FIRMWARE,
  }
}
