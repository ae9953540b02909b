import type { BootId, LockId, LockUuid, Organization, UserId } from '#protocol/ids.ts'

/** Whole seconds that the bolt stays withdrawn: 3–30. */
export const PULSE_DEFAULT_S = 5

export interface VendorFacts {
  readonly index: number | null
  readonly serialNumber: string | null
  readonly vendorName: string | null
}
export const NO_VENDOR_FACTS: VendorFacts = { index: null, serialNumber: null, vendorName: null }

export interface Lock {
  readonly lockId: LockId
  readonly uuid: LockUuid
  readonly name: string
  readonly area: string | null
  /** How a guest finds the door, in several lines; null where nobody said. */
  readonly directions: string | null
  /** 3–30 whole seconds. */
  readonly pulseS: number
  /** Whole minutes that it may be away before the site is told, 1–1440; null for as long as the configuration says. */
  readonly offlineAfterMin: number | null
  readonly organization: Organization | null
  readonly owner: UserId | null
  /** The lock's ES256 public key as SPKI PEM; null until the lock itself is at hand, and then it can't be online. */
  readonly publicKeyPem: string | null
  /** `gateway` when `lock add --make-key` made the pair: whoever saw that output could sign for this lock. */
  readonly keyMadeBy: 'lock' | 'gateway'
  /** Counts the lock's key pairs, from 1. */
  readonly keyGeneration: number
  /** `$7$…` PBKDF2 of the lock's MQTT password, in Mosquitto's form; null as long as the public key is. */
  readonly mqttPasswordHash: string | null
  /** As clients of the vendor's API named it; nothing here depends on it. */
  readonly vendor: VendorFacts
  /** The version of this lock's last event. */
  readonly version: number
  readonly createdAtMs: number
  /** Null for a lock of the site. A retired one opens no door again, and its number is given to no other. */
  readonly retiredAtMs: number | null
  /** The boot and counter of the last command that was stored for this lock, so that a restart never allocates it again. */
  readonly lastCommand: { readonly bootId: BootId; readonly counter: number } | null
}
