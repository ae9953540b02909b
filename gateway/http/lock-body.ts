import type { Lock } from '#domain/lock.ts'
import type { LockPresence } from '#domain/ports.ts'

/** A lock as whoever manages it sees it: never its password's hash. */
export const lockBody = (lock: Lock, presence: LockPresence) => ({
  lockId: lock.lockId,
  uuid: lock.uuid,
  name: lock.name,
  area: lock.area,
  pulseS: lock.pulseS,
  organization: lock.organization,
  owner: lock.owner,
  keyMadeBy: lock.keyMadeBy,
  keyGeneration: lock.keyGeneration,
  version: lock.version,
  createdAt: new Date(lock.createdAtMs).toISOString(),
  online: presence.online,
  lastSeen: presence.lastSeenMs === null ? null : new Date(presence.lastSeenMs).toISOString(),
  door: presence.door,
  batteryPercent: presence.batteryPercent,
})
