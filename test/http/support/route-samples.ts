import { randomUUID } from 'node:crypto'
import type { Lock } from '#domain/locks/lock.ts'
import type { TempKey } from '#domain/temp-keys/temp-key.ts'
import type { Clock } from '#domain/time/clock.ts'
import { type LockId, parseLockId, parseLockUuid, parseTempKeyUuid, type TempKeyUuid } from '#protocol/ids.ts'
import { org } from '#test/support/ids.ts'

export const NOW_MS = Date.parse('2026-11-24T12:00:00Z')
const HOUR_MS = 3_600_000

/** For what a test knows to be there. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('expected a value')
  return value
}

export const LOCK_ID: LockId = present(parseLockId('101'))
export const newKeyUuid = (): TempKeyUuid => present(parseTempKeyUuid(randomUUID()))

export const aKey = (difference: Partial<TempKey> = {}): TempKey => ({
  uuid: newKeyUuid(),
  lockId: LOCK_ID,
  accessMode: 'public',
  allowedUserIds: [],
  validFromMs: NOW_MS - HOUR_MS,
  validUntilMs: NOW_MS + HOUR_MS,
  maxUses: 3,
  usedCount: 0,
  heldCount: 0,
  description: 'the plumber, code 4711',
  createdBy: 'user:landlady',
  createdAtMs: NOW_MS - HOUR_MS,
  revokedAtMs: null,
  ...difference,
})

export const PUBLIC_KEY_PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESzWhmgaSZsJqE3Tb4eJQpnhe5Wpm
i/sWUpCqfUuD+u/bLG/M29bgrQuDv1g0dKJ6Nd8c8uyvRqN0AfIAu+92xw==
-----END PUBLIC KEY-----
`

export const aLock = (difference: Partial<Lock> = {}): Lock => ({
  lockId: LOCK_ID,
  uuid: present(parseLockUuid('0b9d2a64-2f0a-4c0e-9a3e-1f2d3c4b5a69')),
  name: 'Side entrance <Ost> & yard',
  area: 'ground floor',
  directions: null,
  offlineAfterMin: null,
  pulseS: 5,
  organization: org('Hausverwaltung Nord'),
  owner: null,
  publicKeyPem: PUBLIC_KEY_PEM,
  keyMadeBy: 'lock',
  keyGeneration: 1,
  mqttPasswordHash: '$7$101$secret-salt$secret-hash',
  version: 1,
  createdAtMs: NOW_MS - HOUR_MS,
  lastCommand: null,
  retiredAtMs: null,
  vendor: { index: null, serialNumber: null, vendorName: null },
  ...difference,
})

/** The wall clock stands where a test puts it; elapsed time is real. */
export class TestClock implements Clock {
  wallMs = NOW_MS
  nowMs = () => this.wallMs
  monotonicMs = () => performance.now()
  startTimer(delayMs: number, run: () => void) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  }
}
