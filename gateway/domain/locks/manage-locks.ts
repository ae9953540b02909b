import { randomUUID } from 'node:crypto'
import { type Principal, principalLabel } from '#domain/access/principal.ts'
import type { ChangesOfLocks, ReadsOfLocks } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { followChange } from '#domain/time/follow-change.ts'
import { unreachable } from '#domain/unreachable.ts'
import { type LockId, type LockUuid, type Organization, parseLockUuid, type UserId } from '#protocol/ids.ts'
import { type Lock, NO_VENDOR_FACTS, PULSE_DEFAULT_S, type VendorFacts } from './lock.ts'
import type {
  CreateLockResult,
  GiveLockKeyResult,
  KeysOfGivenLock,
  LockChanges,
  LockKey,
  PreparedLock,
  UpdateLockHow,
  UpdateLockResult,
} from './lock-changes.ts'
import type { LockRegistry } from './lock-registry.ts'
import type { PreparedLimits, TooManyPrepared } from './prepared-locks.ts'

export interface AddLock {
  readonly lockId: LockId
  /** Null for a random one. */
  readonly uuid: LockUuid | null
  readonly name: string
  readonly area: string | null
  readonly pulseS: number
  readonly organization: Organization | null
  readonly owner: UserId | null
  /** Public key made on the lock, in whatever form; null to have the gateway make the pair. */
  readonly publicKeyPem: string | null
  /** A lock that a program prepared goes to this organization and owner, null too, and loses all its keys. */
  readonly takeOver: boolean
}

/**
 * What a lock is flashed with: whole once, when it is made; the password is stored only as its hash, a made private key not
 * at all, and both are null when the sheet is printed again.
 */
export interface FlashingSheet {
  readonly site: string
  readonly lockId: number
  /** Which of the lock's key pairs it signs with: its acks and hellos name it. */
  readonly keyGeneration: number
  readonly host: string
  readonly port: number
  /** The broker's own CA, to be trusted by the lock: null as long as it speaks no TLS. */
  readonly caPem: null
  readonly user: string
  readonly password: string | null
  readonly clientId: string
  readonly topics: { readonly command: string; readonly ack: string; readonly event: string; readonly presence: string }
  readonly gatewayPublicKey: {
    readonly pem: string
    readonly jwk: Readonly<Record<string, string>>
    readonly hex: string
  }
  readonly privateKey: {
    readonly pem: string
    readonly jwk: Readonly<Record<string, string>>
    readonly hex: string
  } | null
  /** SHA-256 of the lock's public key (SPKI, DER) in hex: whether a board has the key that this sheet is for. */
  readonly keyFingerprint: string | null
  /** What a person has to know who holds a sheet that was printed again. */
  readonly note?: string
}

export type AddLockResult =
  | {
      readonly kind: 'added'
      readonly lock: Lock
      readonly flashing: FlashingSheet
      /** Of a lock that was there before; none otherwise. */
      readonly keys: KeysOfGivenLock
    }
  | { readonly kind: 'lock-exists' }
  | { readonly kind: 'lock-retired'; readonly atMs: number }
  | { readonly kind: 'prepared'; readonly prepared: PreparedLock }
  | { readonly kind: 'bad-public-key'; readonly message: string }

/** Makes what a new lock needs; knows the site's broker and the gateway's key. */
export interface LockProvisioning {
  newPassword(): { password: string; hash: string }
  newKeyPair(): Promise<{ publicKeyPem: string; privateKey: NonNullable<FlashingSheet['privateKey']> }>
  /** A key in whatever form people have it, as its canonical SPKI PEM; or a sentence that says what is wrong with it. */
  readPublicKey(given: string): Promise<{ publicKeyPem: string } | { wrong: string }>
  fingerprintOf(publicKeyPem: string): string
  /** @param secrets null when nobody knows them any more: for a sheet that is printed again */
  flashing(
    lock: Pick<Lock, 'lockId' | 'keyGeneration' | 'publicKeyPem'>,
    secrets: { readonly password: string; readonly privateKey: FlashingSheet['privateKey'] } | null,
  ): FlashingSheet
}

export interface ManageLocksDeps {
  store: ChangesOfLocks & Pick<ReadsOfLocks, 'findLock'>
  locks: LockRegistry
  provisioning: LockProvisioning
  clock: Clock
  /**
   * Called after a lock's key or password is stored, or that it is retired: the link needs to know, and a client that is
   * still connected with the old password, or for no more purpose, must be disconnected.
   */
  lockChanged(lock: Lock): Promise<void>
  prepared: {
    readonly limits: PreparedLimits
    /** Called at every refusal; the callee limits how often it reports them. @param by one line for the log */
    refused(refusal: TooManyPrepared, by: string): void
  }
}

export async function addLock(request: AddLock, by: Principal, deps: ManageLocksDeps): Promise<AddLockResult> {
  const { provisioning, locks } = deps
  const retiredAtMs = locks.get(request.lockId)?.retiredAtMs ?? null
  if (retiredAtMs !== null) return { kind: 'lock-retired', atMs: retiredAtMs }
  const made = request.publicKeyPem === null ? await provisioning.newKeyPair() : null
  const key = await provisioning.readPublicKey(made?.publicKeyPem ?? request.publicKeyPem ?? '')
  if ('wrong' in key) return { kind: 'bad-public-key', message: key.wrong }
  const twin = await lockOfOtherForm(key.publicKeyPem, deps)
  if (twin !== null) return { kind: 'bad-public-key', message: sameKeyAs(twin) }
  const { password, hash } = provisioning.newPassword()
  const keyed = {
    publicKeyPem: key.publicKeyPem,
    keyMadeBy: made === null ? 'lock' : 'gateway',
    mqttPasswordHash: hash,
  } as const
  const result = await followed(storeKeyed(request, keyed, by, deps), request.lockId, deps)
  switch (result.kind) {
    case 'prepared':
      return result
    case 'key-taken':
      return { kind: 'bad-public-key', message: sameKeyAs(result.byLock) }
    case 'lock-exists':
    case 'lock-not-found':
      return { kind: 'lock-exists' }
    case 'lock-retired':
      return { kind: 'lock-retired', atMs: locks.get(request.lockId)?.retiredAtMs ?? deps.clock.nowMs() }
    case 'too-many-prepared':
      throw new Error('a lock with a key was counted as one without')
    case 'created':
    case 'given': {
      const { lock } = result
      const flashing = provisioning.flashing(lock, { password, privateKey: made?.privateKey ?? null })
      return { kind: 'added', lock, flashing, keys: result.kind === 'given' ? result.keys : NO_KEYS }
    }
    default:
      return unreachable(result)
  }
}

/** Earlier versions kept a key in the form in which it was given: with a compressed point, say, which the store can't compare. */
export async function lockOfOtherForm(
  publicKeyPem: string,
  { locks, provisioning }: Pick<ManageLocksDeps, 'locks' | 'provisioning'>,
): Promise<LockId | null> {
  for (const { lockId, publicKeyPem: known } of locks.list()) {
    if (known === null || known.length === publicKeyPem.length) continue
    const canonical = await provisioning.readPublicKey(known)
    if ('publicKeyPem' in canonical && canonical.publicKeyPem === publicKeyPem) return lockId
  }
  return null
}

const NO_KEYS: KeysOfGivenLock = { stillGood: 0, revoked: 0 }

const sameKeyAs = (lockId: LockId): string =>
  `this is a key of lock ${lockId}, now or once: each lock needs a pair of its own, or one could speak for the other`

/** A new lock, or the key of one that was created before it was at hand. */
function storeKeyed(
  { uuid, publicKeyPem: _, takeOver, ...request }: AddLock,
  key: Pick<LockKey, 'publicKeyPem' | 'keyMadeBy' | 'mqttPasswordHash'>,
  by: Principal,
  { store, locks, clock }: ManageLocksDeps,
): Promise<CreateLockResult | GiveLockKeyResult> {
  const { lockId, name, area, pulseS, organization, owner } = request
  const known = locks.get(lockId)
  if (known === null || known.publicKeyPem !== null) {
    const lock = { ...request, ...key, uuid: uuid ?? newLockUuid(), vendor: NO_VENDOR_FACTS }
    return store.createLock({ lock, by, atMs: clock.nowMs() })
  }
  if (uuid !== null && uuid !== known.uuid) return Promise.resolve({ kind: 'lock-exists' })
  if (takeOver) {
    const whole = { ...key, name, area, pulseS, organization, owner }
    return store.giveLockKey({ lockId, key: whole, takeOver, by, atMs: clock.nowMs() })
  }
  const changesHands = organization !== null && organization !== known.organization
  const told = {
    ...(area !== null && { area }),
    ...(organization !== null && { organization }),
    // A lock that changes organization drops its owner: the new one must not see whom the former one named.
    ...((owner !== null || changesHands) && { owner }),
  }
  return store.giveLockKey({ lockId, key: { ...key, name, pulseS, ...told }, takeOver, by, atMs: clock.nowMs() })
}

export interface RegisterLock {
  readonly lockId: LockId
  readonly uuid: LockUuid
  readonly organization: Organization | null
  readonly owner: UserId | null
  readonly vendor: VendorFacts
}

/** A lock that the vendor's API names before it is at hand: it has no key, so it can't be online until `addLock` gives it one. */
export async function registerLock(
  { lockId, ...request }: RegisterLock,
  by: Principal,
  deps: Omit<ManageLocksDeps, 'provisioning'>,
): Promise<CreateLockResult> {
  const described = { name: `Lock ${lockId}`, area: null, pulseS: PULSE_DEFAULT_S }
  const unkeyed = { publicKeyPem: null, keyMadeBy: 'lock', mqttPasswordHash: null } as const
  const lock = { lockId, ...request, ...described, ...unkeyed }
  const creating = deps.store.createLock({ lock, by, atMs: deps.clock.nowMs(), limits: deps.prepared.limits })
  const result = await followed(creating, lockId, deps)
  if (result.kind === 'too-many-prepared') deps.prepared.refused(result, principalLabel(by))
  return result
}

/** Updates the lock in memory from the result of a change; reads it from the store when the result names no lock. */
export async function followed<Result extends { readonly kind: string; readonly lock?: Lock }>(
  change: Promise<Result>,
  lockId: LockId,
  deps: Omit<ManageLocksDeps, 'provisioning'>,
): Promise<Result> {
  const again = () => readAgain(lockId, deps)
  const follow = (result: Result) => (result.lock === undefined ? again() : remember(result.lock, deps))
  return await followChange(change, { follow, readAgain: again }, deps.clock)
}

export const readAgain = async (
  lockId: LockId,
  deps: Pick<ManageLocksDeps, 'store' | 'locks' | 'lockChanged'>,
): Promise<void> => remember(await deps.store.findLock(lockId), deps)

export async function remember(
  stored: Lock | null,
  { locks, lockChanged }: Pick<ManageLocksDeps, 'locks' | 'lockChanged'>,
): Promise<void> {
  if (stored === null) return
  const known = locks.get(stored.lockId)
  locks.put(stored)
  const speaksOtherwise =
    stored.publicKeyPem !== (known?.publicKeyPem ?? null) ||
    stored.mqttPasswordHash !== (known?.mqttPasswordHash ?? null) ||
    stored.retiredAtMs !== (known?.retiredAtMs ?? null)
  if (speaksOtherwise) await lockChanged(stored)
}

export function newLockUuid(): LockUuid {
  const uuid = parseLockUuid(randomUUID())
  if (uuid === null) throw new Error('a random UUID is no UUID')
  return uuid
}

export async function updateLock(
  lockId: LockId,
  changes: LockChanges,
  by: Principal,
  deps: Omit<ManageLocksDeps, 'provisioning'>,
  how: UpdateLockHow = {},
): Promise<UpdateLockResult> {
  return await followed(deps.store.updateLock({ lockId, changes, how, by, atMs: deps.clock.nowMs() }), lockId, deps)
}
