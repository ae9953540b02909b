import type { CryptoKey } from 'jose'
import type { LockId, SiteId } from '#protocol/ids.ts'
import type { Movement } from './board/bolt-motor.ts'
import type { MonotonicClock } from './board/crystal.ts'
import type { Faults } from './board/faults.ts'
import type { Flash } from './board/flash.ts'
import type { Sensors } from './machine/machine-types.ts'

/** One message on the wire, and what came of it. */
export interface LockTrace {
  direction: 'in' | 'out'
  kind: 'command-topic' | 'ack' | 'hello'
  message: string
  /** `heard: open`, `dropped: signature: …`, `silent: forgotten`, `sent`, `lost`. */
  note: string
}

export interface ReceivedCommand {
  message: string
  op: string
  arrivedMs: number
}

export interface SimulatedLockOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  url: string
  userName: string
  password: string
  clientId: string
  /** PEM of the broker's CA, for `mqtts`. */
  ca?: string | undefined
  site: SiteId
  lockId: LockId
  privateKey: CryptoKey
  gatewayPublicKey: CryptoKey
  keyGeneration?: number
  faults?: Partial<Faults>
  crystalPpm?: number
  clock?: MonotonicClock
  /** Uptime that every boot begins with, in seconds. */
  bootUptimeS?: number
  flash?: Flash
  boltTravelMs?: number
  journalCapacity?: number
  /** Every `op` that it knows and says in its hellos; the three of PROTOCOL.md unless said otherwise. */
  ops?: readonly string[]
  /** False is against PROTOCOL.md: a broker may then keep what was for a lock that is away. */
  cleanSession?: boolean
  door?: Sensors['door']
  batteryPercent?: Sensors['batteryPercent']
  /** How long the first connection may take; null: for ever. */
  startTimeoutMs?: number | null
  /** How many received commands and sent acks are remembered. */
  messagesKept?: number
  onMovement?: (movement: Movement) => void
  onMessage?: (trace: LockTrace) => void
  /** The flash did not take a write; it is tried again. */
  onFlashFailure?: (error: Error) => void
  onConnectionFailure?: (error: Error) => void
}
