import type { LockId, SiteId } from '#protocol/ids.ts'
import { lockUserName, parseLockUserName } from '#protocol/topics.ts'
import { mayLeaveWill, type Will } from './authorize.ts'
import { hashLockPassword, newLockPassword, verifyLockPassword } from './lock-password.ts'

export interface BrokerCredentials {
  /** Mosquitto's `$7$…` hash of the lock's password, or null for an unknown lock. */
  passwordHashOf(lockId: LockId): string | null
}

/** What a CONNECT says of itself, before anything is believed. */
export interface ConnectRequest {
  protocolVersion: number | undefined
  clientId: string
  userName: string | undefined
  keepaliveS: number
  will: Will | null
}

type ClaimFlaw = 'protocol-version' | 'anonymous' | 'client-name' | 'keepalive' | 'will'
export type PasswordFlaw = 'unknown-lock' | 'wrong-password' | 'credential-unreadable'
export type ConnectFlaw = ClaimFlaw | PasswordFlaw | 'cut-off'
export type ConnectClaim =
  | { kind: 'lock'; lockId: LockId }
  /** `lockId`: by whose name it came. `facts` for the log: whoever writes the firmware needs them. */
  | { kind: 'refused'; reason: ClaimFlaw; lockId?: LockId; facts?: object }

/**
 * CONNACK return codes of MQTT 3.1.1: 1 unacceptable protocol version, 2 identifier rejected, 3 unavailable, 4 bad user name
 * or password, 5 not authorized. It has none for a keepalive; 6 is not used by it, so it can be told from the others.
 */
export const CONNACK_CODES = {
  'protocol-version': 1,
  anonymous: 5,
  'client-name': 2,
  keepalive: 6,
  will: 5,
  'unknown-lock': 4,
  'wrong-password': 4,
  'credential-unreadable': 3,
  'cut-off': 3,
} as const satisfies Record<ConnectFlaw, number>

/**
 * The client id must be the user name to the letter: aedes evicts whoever holds an id when a second client brings it, so
 * an id is only worth what the password behind it is.
 */
export function connectClaim(site: SiteId, request: ConnectRequest, keepaliveMaxS: number): ConnectClaim {
  if (request.protocolVersion !== 4) return { kind: 'refused', reason: 'protocol-version' }
  if (request.userName === undefined) return { kind: 'refused', reason: 'anonymous' }
  const lockId = parseLockUserName(request.userName)
  if (lockId === null || request.clientId !== lockUserName(lockId)) return { kind: 'refused', reason: 'client-name' }
  const { keepaliveS } = request
  if (keepaliveS < 1 || keepaliveS > keepaliveMaxS) {
    return { kind: 'refused', reason: 'keepalive', lockId, facts: { keepaliveS, allowed: `1–${keepaliveMaxS}` } }
  }
  if (request.will !== null && !mayLeaveWill(site, lockId, request.will))
    return { kind: 'refused', reason: 'will', lockId }
  return { kind: 'lock', lockId }
}

const NO_ONES_HASH = hashLockPassword(newLockPassword())

/** Null when the password is the lock's. An unknown lock takes as long to refuse as a wrong password. */
export async function passwordFlaw(
  lockId: LockId,
  password: Uint8Array,
  credentials: BrokerCredentials,
): Promise<PasswordFlaw | null> {
  const passwordHash = credentials.passwordHashOf(lockId)
  const verdict = await verifyLockPassword(password, passwordHash ?? NO_ONES_HASH)
  if (passwordHash === null) return 'unknown-lock'
  if (verdict === 'unreadable-hash') return 'credential-unreadable'
  // A password that was changed while the thread pool worked is a wrong one.
  const current = credentials.passwordHashOf(lockId) === passwordHash
  return verdict === 'match' && current ? null : 'wrong-password'
}
