import type { Surplus } from '#domain/acks/surplus-book.ts'
import type { ReadsOfAcks, ReadsOfLocks, ReadsOfOpenings, ReadsOfTempKeys, Store, StoredTime } from '#domain/ports.ts'
import type { LockId } from '#protocol/ids.ts'
import type { ChangeName, JobInput, JobResult } from './jobs/jobs.ts'
import { LongReads } from './long-reads.ts'
import type { StoreMemory } from './memory/store-memory.ts'
import { postedChanges } from './posted-changes.ts'
import type { Reader } from './reader.ts'
import { toKey } from './tables/temp-key-rows.ts'
import type { Writer } from './writer/writer.ts'

/** So that no opening waits for the counts of a thousand talkative locks. */
const KEPT_AT_ONCE = 100

/** Openings of one lock that nobody knows the end of: an operator settles some, not thousands. */
const UNSETTLED_SHOWN_MAX = 100

type AfterChange = { readonly [Name in ChangeName]?: (input: JobInput[Name]) => void }

/** The store: reads in the main thread, changes through the one writer. */
export function sqliteStore(reader: Reader, writer: Writer, memory: StoreMemory, close: () => Promise<void>): Store {
  const { keys, lastStored } = memory
  /** What memory drops once a change has ended, even one that failed: nobody may know what is stored then. */
  const after: AfterChange = {
    updateTempKey: ({ uuid }) => keys.forget(uuid),
    revokeTempKey: ({ uuid }) => keys.forget(uuid),
    revokeTempKeys: ({ uuids }) => {
      for (const uuid of uuids) keys.forget(uuid)
    },
    giveLockKey: ({ lockId, takeOver }) => {
      if (takeOver) forgetKeysOf(lockId)
    },
    updateLock: ({ lockId, how }) => {
      if (how?.revokeKeys === true) forgetKeysOf(lockId)
    },
    retireLock: ({ lockId }) => forgetKeysOf(lockId),
    confirmClock: () => lastStored.readAgain(),
  }
  const changes = postedChanges(change)
  return {
    ...readsOf(reader, memory),
    ...changes,
    settleLate: async (settle) => {
      const settling = writer.postEvidence(settle.ack.lockId, 'settle', settle)
      return settling === null ? null : await kept(settling, settle)
    },
    keepSurplus: async ({ surplus, atMs }) => {
      for (const part of inParts(surplus)) await changes.keepSurplus({ surplus: part, atMs })
    },
    keepTime: async (asked) => {
      // A thousand rows a commit, so that no opening waits long for its own.
      while (await changes.keepTime(asked));
    },
    close,
  }

  async function change<Name extends ChangeName>(name: Name, input: JobInput[Name]): Promise<JobResult[Name]> {
    try {
      return await kept(writer.post(name, input), input)
    } finally {
      after[name]?.(input)
    }
  }

  async function kept<Result>(stored: Promise<Result>, input: object): Promise<Result> {
    const result = await stored
    if ('atMs' in input && typeof input.atMs === 'number') lastStored.stored(input.atMs)
    return result
  }

  /** After a change that revokes all keys of a lock. */
  function forgetKeysOf(lockId: LockId): void {
    keys.forgetKeysOf(lockId)
    // Nobody waits for it, and what fails is done by the next regular write.
    sweepRevokedKeys().catch(() => {})
  }

  async function sweepRevokedKeys(): Promise<void> {
    while (await writer.post('sweepRevokedKeys', null));
  }
}

type Reads = ReadsOfOpenings & ReadsOfAcks & ReadsOfTempKeys & ReadsOfLocks & StoredTime

function readsOf(reader: Reader, { keys, lastStored }: StoreMemory): Reads {
  const longReads = new LongReads()
  // Through many keys, for few: it leaves half the time to other work.
  const searches = new LongReads({ rests: true })
  return {
    findOpening: async (openingId) => reader.read((reads) => reads.findOpening(openingId)),
    openingsThatBegin: async (idStart, limit) => reader.read((reads) => reads.openingsThatBegin(idStart, limit)),
    latestOpening: async (uuid) => reader.read((reads) => reads.latestOpening(uuid)),
    latestOpeningOf: async (lockId) => reader.read((reads) => reads.latestOpeningOf(lockId)),
    latestOpenings: async (afterLockId, limit) => reader.read((reads) => reads.latestOpenings(afterLockId, limit)),
    oldestUnsettledOf: async (uuid) => reader.read((reads) => reads.oldestUnsettledOf(uuid)),
    findIdempotent: async (scopeHash, atMs) => reader.read((reads) => reads.findIdempotent(scopeHash, atMs)),
    reservedOpenings: async (locks, limit) => reader.read((reads) => reads.reservedOpeningIds(locks, limit)),
    unsettledOpenings: async (limit) => reader.read((reads) => reads.unsettledOpenings(limit)),
    knownWord: async (ack) => reader.read((reads) => reads.knownWord(ack)),
    unansweredCommands: async (openingId) => reader.read((reads) => reads.unansweredCommands(openingId)),
    unansweredCommandsOf: async (lockId, after, limit) =>
      reader.read((reads) => reads.unansweredCommandsOf(lockId, after, limit)),
    locksWithUnconfirmed: async (locks) => reader.read((reads) => reads.locksWithUnconfirmed(locks)),
    findTempKey: async (uuid) => {
      const known = keys.find(uuid)
      if (known !== null) return known
      const key = reader.read((reads) => reads.findTempKey(uuid))
      if (key !== null) keys.keep(key)
      return key
    },
    tempKeyNumbered: async (number) =>
      reader.read((reads) => {
        const row = reads.tempKeyRow(number)
        return row === null ? null : toKey(row)
      }),
    numberOfTempKey: async (uuid) => reader.read((reads) => reads.findTempKeyRow(uuid)?.rowId ?? null),
    listTempKeys: (lockId, page) =>
      longReads.run(
        () => reader.read((reads) => reads.listTempKeys(lockId, page)),
        (query) => reader.read(query),
      ),
    searchTempKeys: (search) =>
      searches.run(
        () => reader.read((reads) => reads.searchTempKeys(search)),
        (query) => reader.read(query),
      ),
    listLocks: async () => reader.read((reads) => reads.listLocks()),
    findLock: async (lockId) => reader.read((reads) => reads.findLock(lockId)),
    lockRecord: async (lockId, atMs) =>
      reader.read((reads) => {
        const lock = reads.findLock(lockId)
        if (lock === null) return null
        const [createdBy, keyPairs] = [reads.creatorOf(lockId), reads.keyPairsOf(lockId)]
        const unsettled = reads.unsettledOf(lockId, UNSETTLED_SHOWN_MAX)
        return { lock, createdBy, keyPairs, goodKeys: reads.countGoodKeys(lockId, atMs), unsettled }
      }),
    unsettledOf: async (lockId, limit) => reader.read((reads) => reads.unsettledOf(lockId, limit)),
    batteryReplacedAtMs: async (lockId) => reader.read((reads) => reads.batteryReplacedAtMs(lockId)),
    owesWords: async (lockId) => reader.read((reads) => reads.unsettledOf(lockId, 1).length > 0),
    findDoorPicture: async (lockId) => reader.read((reads) => reads.findDoorPicture(lockId)),
    locksNotArrived: async (keyedBeforeMs, limit) => reader.read((reads) => reads.notArrived(keyedBeforeMs, limit)),
    eventsOf: async (lockId, page) => reader.read((reads) => reads.eventsOf(lockId, page)),
    lastStoredMs: () => lastStored.ms,
  }
}

function inParts({ further, orphans }: Surplus): readonly Surplus[] {
  return [
    ...chunks(further).map((part) => ({ further: part, orphans: [] })),
    ...chunks(orphans).map((part) => ({ further: [], orphans: part })),
  ]
}

function chunks<T>(all: readonly T[]): readonly T[][] {
  const count = Math.ceil(all.length / KEPT_AT_ONCE)
  return Array.from({ length: count }, (_, at) => all.slice(at * KEPT_AT_ONCE, (at + 1) * KEPT_AT_ONCE))
}
