import type { BootId, CommandHash, CommandId, KeyRef, OpeningId } from '#protocol/ids.ts'
import type { AckResult } from '#protocol/limits.ts'

/** How many boots have a place in flash. */
const BOOTS_KEPT = 8
/** How many outcomes a lock keeps at least. */
export const JOURNAL_CAPACITY = 512

/** What the lock copies from a command (or from a question about one) into intent, outcome and ack. */
export interface CommandFacts {
  commandId: CommandId
  openingId: OpeningId
  commandHash: CommandHash
  keyRef: KeyRef | null
  /** The boot that the command was made for. */
  bootId: BootId
  /** Null where only a question told of the command. */
  counter: number | null
  notAfterUptimeS: number
}

interface Outcome {
  seq: number
  result: AckResult
  /** The exact bytes of the signed ack: ES256 is randomized and never gives them twice. */
  message: string
  receipted: boolean
}

/** One command's life in flash. An intent without an outcome after a boot means that the power went in between. */
export interface JournalRecord extends CommandFacts {
  /** Null when the bolt was never asked to move. */
  intentSeq: number | null
  outcome: Outcome | null
}

/** What the lock still knows of a boot when records of it are forgotten. */
export interface BootRecord {
  bootId: BootId
  forgottenCounter: number
  /** Highest deadline among forgotten commands that may have moved the bolt; −1 before the first. */
  forgottenNotAfterUptimeS: number
}

type JournalPage = ReadonlyMap<CommandId, JournalRecord>

/** All that survives a power cut. Immutable; written and erased by pages, so that a change copies one page only. */
export interface FlashImage {
  lastSeq: number
  pages: readonly JournalPage[]
  /** Those that were given a place, oldest first. */
  boots: readonly BootRecord[]
}

export const emptyFlash = (): FlashImage => ({ lastSeq: 0, pages: [], boots: [] })

/** The record of a boot that has no place in flash yet: nothing of it was written, so nothing was forgotten. */
export const newBoot = (bootId: BootId): BootRecord => ({ bootId, forgottenCounter: 0, forgottenNotAfterUptimeS: -1 })

/**
 * Remembers this boot, at the cost of the oldest one. A boot needs its place before it publishes anything from which
 * the gateway could make a command for it. Not earlier: in a brown-out, eight boots that never got online would push
 * out the boot whose commands the gateway still asks about.
 */
export const givePlace = (flash: FlashImage, bootId: BootId): FlashImage =>
  findBoot(flash, bootId) === undefined
    ? { ...flash, boots: [...flash.boots, newBoot(bootId)].slice(-BOOTS_KEPT) }
    : flash

export const findBoot = (flash: FlashImage, bootId: BootId): BootRecord | undefined =>
  flash.boots.find((boot) => boot.bootId === bootId)

export function findRecord(flash: FlashImage, commandId: CommandId): JournalRecord | undefined {
  return flash.pages.findLast((page) => page.has(commandId))?.get(commandId)
}

export function* allRecords(flash: FlashImage): Generator<JournalRecord> {
  for (const page of flash.pages) yield* page.values()
}

const recordCount = (flash: FlashImage): number => flash.pages.reduce((sum, page) => sum + page.size, 0)

/** First sequence number that is still in flash; 0 for an empty journal. */
export function firstSeq(flash: FlashImage): number {
  const first = flash.pages[0]?.values().next().value
  return first === undefined ? 0 : (first.intentSeq ?? first.outcome?.seq ?? 0)
}

const pageSize = (capacity: number): number => Math.max(1, Math.floor(capacity / 16))

/** The number that the next entry has. It counts as given out only once it is in flash together with its entry. */
export const nextSeq = (flash: FlashImage): number => flash.lastSeq + 1

/**
 * Journals an intent or an outcome under `nextSeq`. Entry, number and the place of the boot that signs are one write:
 * the power may go before it or after it, and no number is ever missing or given twice.
 */
export const addEntry = (flash: FlashImage, bootId: BootId, record: JournalRecord, capacity: number): FlashImage =>
  putRecord({ ...givePlace(flash, bootId), lastSeq: nextSeq(flash) }, record, capacity)

/** Replaces one command's record, then forgets what the capacity no longer asks to keep. */
export function putRecord(flash: FlashImage, record: JournalRecord, capacity: number): FlashImage {
  return forget({ ...flash, pages: putInPages(flash.pages, record, capacity) }, capacity)
}

function putInPages(pages: readonly JournalPage[], record: JournalRecord, capacity: number): readonly JournalPage[] {
  const held = pages.findLastIndex((page) => page.has(record.commandId))
  const last = pages.at(-1)
  const index =
    held >= 0 ? held : last !== undefined && last.size < pageSize(capacity) ? pages.length - 1 : pages.length
  return index === pages.length
    ? [...pages, new Map([[record.commandId, record]])]
    : pages.with(index, new Map(pages[index]).set(record.commandId, record))
}

const mayBeForgotten = (page: JournalPage): boolean =>
  page.values().every((record) => record.outcome?.receipted === true)

/** Erases the oldest pages whose every ack is receipted, while the rest still holds the capacity. */
function forget(flash: FlashImage, capacity: number): FlashImage {
  let kept = flash
  let spare = recordCount(flash) - capacity
  for (const page of flash.pages.slice(0, -1)) {
    if (spare < page.size) break
    if (!mayBeForgotten(page)) continue
    spare -= page.size
    kept = { ...kept, pages: kept.pages.filter((other) => other !== page), boots: rememberForgotten(kept.boots, page) }
  }
  return kept
}

/** A refusal that followed an intent, since the flash was too slow, says that the motor was not started. */
const mayHaveMoved = ({ intentSeq, outcome }: JournalRecord): boolean =>
  intentSeq !== null && outcome?.result !== 'refused'

function rememberForgotten(boots: readonly BootRecord[], page: JournalPage): readonly BootRecord[] {
  return boots.map((boot) => {
    let { forgottenCounter, forgottenNotAfterUptimeS } = boot
    for (const record of page.values()) {
      if (record.bootId !== boot.bootId) continue
      forgottenCounter = Math.max(forgottenCounter, record.counter ?? 0)
      if (mayHaveMoved(record)) {
        forgottenNotAfterUptimeS = Math.max(forgottenNotAfterUptimeS, record.notAfterUptimeS)
      }
    }
    return { ...boot, forgottenCounter, forgottenNotAfterUptimeS }
  })
}

/**
 * True when nothing more may be written: the journal holds twice its capacity and no receipt came for any of it.
 * A lock that cannot write an intent must not move.
 */
export const isFull = (flash: FlashImage, capacity: number): boolean => recordCount(flash) >= 2 * capacity
