import type { LockId } from '#protocol/ids.ts'
import type { Reader } from './reader.ts'
import type { Alarm, NewAlarm } from './tables/alarms.ts'
import type { Writer } from './writer/writer.ts'

/** The site's stored conditions, the store's own and those that others raise. */
export class AlarmBook {
  readonly #reader: Reader
  readonly #writer: Writer

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader
    this.#writer = writer
  }

  /** Those that stand, in a stable order. */
  async standing(limit: number): Promise<readonly Alarm[]> {
    return this.#reader.read((reads) => reads.standingAlarms(limit))
  }

  /** Raises it, or counts it on when it already stands. @param times how often it was seen since it was last raised, 1 or more */
  async raise(alarm: NewAlarm, atMs: number, times = 1): Promise<void> {
    await this.#writer.post('raiseAlarm', { alarm, atMs, times })
  }

  /** False when it did not stand. */
  clear(kind: string, lockId: LockId | null, atMs: number): Promise<boolean> {
    return this.#writer.post('clearAlarm', { kind, lockId, atMs })
  }
}
