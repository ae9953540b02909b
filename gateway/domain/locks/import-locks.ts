import type { Principal } from '#domain/access/principal.ts'
import type { ChangesOfLocks } from '#domain/ports.ts'
import { followChange } from '#domain/time/follow-change.ts'
import { type LockId, lockIdFromNumber, type Organization, type UserId } from '#protocol/ids.ts'
import { NO_VENDOR_FACTS } from './lock.ts'
import type { NewLock } from './lock-changes.ts'
import { lockOfOtherForm, type ManageLocksDeps, newLockUuid, readAgain, remember } from './manage-locks.ts'

export const IMPORTED_MAX = 1_000

/** One door of a list. */
export interface ImportedDoor {
  /** Null for the next free number. */
  readonly lockId: LockId | null
  readonly name: string
  readonly area: string | null
  readonly pulseS: number
  readonly organization: Organization | null
  readonly owner: UserId | null
  /** In whatever form; null while a list is only checked and its key is still to be made. */
  readonly publicKeyPem: string | null
}

/** Of a door that is about to be stored. */
export interface DoorSecrets {
  readonly keyMadeBy: 'lock' | 'gateway'
  readonly mqttPasswordHash: string
}

export interface DoorProblem {
  /** Which door of the list, from 0. */
  readonly at: number
  readonly field: 'lockId' | 'publicKeyPem'
  readonly message: string
  /** The other door of the list that it can't be together with. */
  readonly like: number | null
}

export interface CheckedDoors {
  /** In the order of the list; null where something is wrong. */
  readonly doors: readonly (Omit<ImportedDoor, 'lockId'> & { readonly lockId: LockId })[]
  readonly problems: readonly DoorProblem[]
}

/** Keys that are read before others have their turn: each takes a tenth of a millisecond. */
const KEYS_AT_ONCE = 20

/** Everything that is wrong with a list of new doors, as far as it is known before it is stored; numbers are given where none stand. */
export async function checkDoors(
  doors: readonly ImportedDoor[],
  { locks, provisioning }: Pick<ManageLocksDeps, 'locks' | 'provisioning'>,
  takeTurns: () => Promise<void>,
): Promise<CheckedDoors> {
  const problems: DoorProblem[] = []
  const wrong = (at: number, field: DoorProblem['field'], message: string, like: number | null = null) =>
    void problems.push({ at, field, message, like })
  const numbered = withNumbers(doors, locks)
  const byNumber = new Map<LockId, number>()
  for (const [at, { lockId }] of numbered.entries()) {
    const other = byNumber.get(lockId)
    const known = locks.get(lockId)
    if (other !== undefined) wrong(at, 'lockId', `stands twice in this list: give one of them another number`, other)
    else byNumber.set(lockId, at)
    if (known === null) continue
    if (known.retiredAtMs !== null)
      wrong(at, 'lockId', `${lockId} was retired, and is given to no other lock: choose another number`)
    else if (known.publicKeyPem === null)
      wrong(at, 'lockId', `${lockId} was prepared by a program: lock add ${lockId} completes it`)
    else wrong(at, 'lockId', `there is a lock ${lockId} already: leave this line out, or choose another number`)
  }
  const holders = new Map(
    locks.list().flatMap(({ lockId, publicKeyPem: pem }) => (pem === null ? [] : [[pem, lockId] as const])),
  )
  const byKey = new Map<string, number>()
  const read: (typeof numbered)[number][] = []
  for (const [at, door] of numbered.entries()) {
    if (at % KEYS_AT_ONCE === KEYS_AT_ONCE - 1) await takeTurns()
    read.push(door)
    if (door.publicKeyPem === null) continue
    const key = await provisioning.readPublicKey(door.publicKeyPem)
    if ('wrong' in key) {
      wrong(at, 'publicKeyPem', key.wrong)
      continue
    }
    read[at] = { ...door, publicKeyPem: key.publicKeyPem }
    const other = byKey.get(key.publicKeyPem)
    if (other !== undefined)
      wrong(at, 'publicKeyPem', 'stands twice in this list: each lock needs a pair of its own', other)
    byKey.set(key.publicKeyPem, other ?? at)
    const holder = holders.get(key.publicKeyPem) ?? (await lockOfOtherForm(key.publicKeyPem, { locks, provisioning }))
    if (holder !== null) wrong(at, 'publicKeyPem', keyOf(holder))
  }
  return { doors: read, problems }
}

const keyOf = (lockId: LockId): string => `is a key of lock ${lockId}, now or once: each lock needs a pair of its own`

/**
 * Free numbers follow the highest that a lock of the site or of the list has, so that no door takes another's. Behind the
 * very last number they begin below.
 */
function withNumbers(doors: readonly ImportedDoor[], locks: Pick<ManageLocksDeps['locks'], 'list'>) {
  const taken = new Set([...locks.list(), ...doors].flatMap(({ lockId }) => (lockId === null ? [] : [lockId])))
  let next: number = Math.max(0, ...taken)
  const free = (): LockId => {
    for (;;) {
      next += 1
      const lockId = lockIdFromNumber(next)
      if (lockId === null) next = 0
      else if (!taken.has(lockId)) return lockId
    }
  }
  return doors.map((door) => ({ ...door, lockId: door.lockId ?? free() }))
}

export type ImportDoorsResult =
  | { readonly kind: 'imported'; readonly lockIds: readonly LockId[] }
  | { readonly kind: 'refused'; readonly problems: readonly DoorProblem[] }

/** Adds all doors of a list in one transaction, or none of them. */
export async function importDoors(
  list: readonly (ImportedDoor & DoorSecrets)[],
  by: Principal,
  deps: ManageLocksDeps & { readonly store: Pick<ChangesOfLocks, 'createLocks'> },
  takeTurns: () => Promise<void>,
): Promise<ImportDoorsResult> {
  const { doors, problems } = await checkDoors(list, deps, takeTurns)
  if (problems.length > 0) return { kind: 'refused', problems }
  const locks = doors.map((door, at): NewLock => {
    const secrets = list[at]
    if (secrets === undefined || door.publicKeyPem === null) throw new Error('a door without a key can’t be stored')
    const { keyMadeBy, mqttPasswordHash } = secrets
    return { ...door, keyMadeBy, mqttPasswordHash, uuid: newLockUuid(), vendor: NO_VENDOR_FACTS }
  })
  const again = async () => {
    for (const { lockId } of locks) await readAgain(lockId, deps)
  }
  const follow = async (result: Awaited<ReturnType<ChangesOfLocks['createLocks']>>) => {
    if (result.kind !== 'created') return await again()
    for (const lock of result.locks) await remember(lock, deps)
  }
  const creating = deps.store.createLocks({ locks, by, atMs: deps.clock.nowMs() })
  const result = await followChange(creating, { follow, readAgain: again }, deps.clock)
  if (result.kind === 'created') return { kind: 'imported', lockIds: doors.map(({ lockId }) => lockId) }
  return {
    kind: 'refused',
    problems: result.refused.map(({ at, keyHolder }) =>
      keyHolder === null
        ? { at, field: 'lockId', message: 'is taken by now: begin anew', like: null }
        : { at, field: 'publicKeyPem', message: keyOf(keyHolder), like: null },
    ),
  }
}
