import type { NoteNoticeTry, NoticeStore } from '#domain/alarm-ports.ts'
import { type DeliveryRecord, isUnreached, type Notice, type WaitingNotice } from '#domain/notices/notice.ts'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { NoticeId } from '#protocol/ids.ts'
import { isDue, judgeTry } from './judge-try.ts'
import type { SendNotice, SendResult } from './send-notice.ts'

/** So often the outbox is looked at; `look` does it at once. */
export const LOOK_EVERY_MS = 5_000
/** Messages that the store did not take, of each recipient. */
const UNSTORED_MAX = 20
const WAITING_MAX = 1_000

export interface DeliveriesDeps {
  readonly store: Pick<NoticeStore, 'oldestWaitingNotice' | 'waitingNotices' | 'deliveryRecords' | 'noteNoticeTry'>
  /** Names of the entries of `alarms.notify`. */
  readonly recipients: readonly string[]
  readonly send: SendNotice
  readonly clock: Clock
  /** 0 to 1. */
  readonly jitter: () => number
  readonly log: Log
  inBackground(work: Promise<unknown>): void
  /** Hears of which recipients messages were given up, and none delivered since; whenever that may have changed. */
  unreached(records: readonly DeliveryRecord[]): void
}

/** How one recipient's messages do. */
interface Desk {
  /** One at a time: what came first arrives first. */
  isBusy: boolean
  /** What became of a try, and could not be stored: it is not sent again because of that. */
  unnoted: NoteNoticeTry | null
  unstored: readonly WaitingNotice[]
  /** The next one is tried before its time. */
  isTriedNow: boolean
  /** Of those that the store did not take, the ids of those that arrived. */
  readonly arrived: Set<NoticeId>
  record: Omit<DeliveryRecord, 'recipient'>
}

/**
 * Brings the messages of the outbox to their recipients: each at least once, in order, for a day. A try that was under
 * way when the process ended is done again, with the same id. No recipient waits for another.
 */
export class Deliveries {
  readonly #deps: DeliveriesDeps
  readonly #desks: ReadonlyMap<string, Desk>
  #stop = () => {}
  #isClosed = false
  /** Messages of entries that the config no longer has were looked for. */
  #hasSwept = false

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
    this.#desks = new Map(deps.recipients.map((name) => [name, emptyDesk()]))
  }

  /** Reads how it went before, and begins to deliver what waits. */
  async begin(): Promise<void> {
    for (const { recipient, ...record } of await this.#deps.store.deliveryRecords()) {
      const desk = this.#desks.get(recipient)
      if (desk !== undefined) desk.record = record
    }
    this.#tellUnreached()
    this.look()
  }

  /** Sends what is due. Call when there are new messages. */
  look(): void {
    if (this.#isClosed) return
    this.#stop()
    this.#stop = this.#deps.clock.startTimer(LOOK_EVERY_MS, () => this.look())
    for (const [name, desk] of this.#desks) {
      if (!desk.isBusy) this.#deps.inBackground(this.#workOff(name, desk))
    }
    if (!this.#hasSwept) this.#deps.inBackground(this.#sweep())
  }

  /** For messages that the store does not take, that it fails for one: they are tried all the same while this process lives. */
  sendUnstored(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const desk = this.#desks.get(notice.recipient)
      if (desk === undefined || desk.unstored.length >= UNSTORED_MAX) continue
      const waiting = { notice, tries: 0, nextTryAtMs: notice.madeAtMs, lastCause: null }
      desk.unstored = [...desk.unstored, waiting]
    }
    this.look()
  }

  /** These are in the outbox now, and are delivered from there. @returns those of them that have arrived already */
  areStored(recipient: string, ids: ReadonlySet<NoticeId>): readonly NoticeId[] {
    const desk = this.#desks.get(recipient)
    if (desk === undefined) return []
    desk.unstored = desk.unstored.filter(({ notice }) => !ids.has(notice.id))
    return [...ids].filter((id) => desk.arrived.delete(id))
  }

  /** Somebody tried the way to this recipient, and it works: what waits is sent now. */
  works(name: string): void {
    const desk = this.#desks.get(name)
    if (desk === undefined) return
    desk.isTriedNow = true
    this.#remember(desk, 'delivered', this.#deps.clock.nowMs())
    this.look()
  }

  /** How the way to each recipient has done. */
  get records(): readonly DeliveryRecord[] {
    return [...this.#desks].map(([recipient, { record }]) => ({ recipient, ...record }))
  }

  /** What is under way comes to its end or is cut off by the end of the process; then it is sent again. */
  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  async #workOff(name: string, desk: Desk): Promise<void> {
    desk.isBusy = true
    try {
      while (!this.#isClosed && (await this.#sendNext(name, desk))) {
        // The next one.
      }
    } catch (error) {
      // Tried again at the next look.
      if (!(error instanceof StoreFault)) throw error
    } finally {
      desk.isBusy = false
    }
  }

  /** False when there is nothing to do now. @throws StoreFault */
  async #sendNext(name: string, desk: Desk): Promise<boolean> {
    if (desk.unnoted !== null) await this.#note(desk, desk.unnoted)
    const nowMs = this.#deps.clock.nowMs()
    const { isTriedNow } = desk
    desk.isTriedNow = false
    const [unstored] = desk.unstored
    if (unstored !== undefined && (isTriedNow || isDue(unstored, nowMs))) return await this.#tryUnstored(desk, unstored)
    const waiting = await this.#deps.store.oldestWaitingNotice(name)
    if (waiting === null || !(isTriedNow || isDue(waiting, nowMs))) return false
    const result = await this.#deps.send(waiting.notice)
    // Broken off by the end of the process: the next one sends it again.
    if (this.#isClosed && result.kind === 'failed') return false
    const tried = this.#judge(result, waiting)
    await this.#note(desk, { id: waiting.notice.id, tried, atMs: this.#deps.clock.nowMs() })
    return tried.kind !== 'failed'
  }

  async #tryUnstored(desk: Desk, waiting: WaitingNotice): Promise<boolean> {
    const tried = this.#judge(await this.#deps.send(waiting.notice), waiting)
    const rest = desk.unstored.filter(({ notice }) => notice.id !== waiting.notice.id)
    if (tried.kind !== 'failed') {
      desk.unstored = rest
      if (tried.kind === 'delivered') desk.arrived.add(waiting.notice.id)
      this.#remember(desk, tried.kind, this.#deps.clock.nowMs())
      return true
    }
    const { nextTryAtMs, cause: lastCause } = tried
    if (rest.length === desk.unstored.length) return false
    desk.unstored = [{ ...waiting, tries: waiting.tries + 1, nextTryAtMs, lastCause }, ...rest]
    return false
  }

  #judge(result: SendResult, waiting: WaitingNotice) {
    const { clock, jitter, log } = this.#deps
    const { notice, tries, lastCause } = waiting
    const tried = judgeTry(result, waiting, clock.nowMs(), jitter())
    const fields = { receiver: notice.recipient, notice: notice.id, sort: notice.sort, tries: tries + 1 }
    if (tried.kind === 'given-up') log.error({ ...fields, cause: tried.cause }, 'message given up: nobody was told')
    // Once for each reason, not at each of a hundred tries.
    if (tried.kind === 'failed' && tried.cause !== lastCause) {
      log.warn({ ...fields, cause: tried.cause }, 'message not delivered, and tried again')
    }
    if (result.kind === 'delivered') {
      if (result.remark === undefined) log.info(fields, 'message delivered')
      else log.warn({ ...fields, remark: result.remark }, 'message delivered, but not to everybody')
    }
    return tried
  }

  async #note(desk: Desk, noted: NoteNoticeTry): Promise<void> {
    desk.unnoted = noted
    await this.#deps.store.noteNoticeTry(noted)
    desk.unnoted = null
    if (noted.tried.kind !== 'failed') this.#remember(desk, noted.tried.kind, noted.atMs)
  }

  #remember(desk: Desk, what: 'delivered' | 'given-up', atMs: number): void {
    const { deliveredAtMs, givenUpAtMs } = desk.record
    desk.record =
      what === 'delivered'
        ? { deliveredAtMs: atMs, givenUpAtMs: null }
        : { deliveredAtMs, givenUpAtMs: givenUpAtMs ?? atMs }
    this.#tellUnreached()
  }

  #tellUnreached(): void {
    this.#deps.unreached(this.records.filter(isUnreached))
  }

  /** Messages to entries that are no longer in the config have nowhere to go. */
  async #sweep(): Promise<void> {
    this.#hasSwept = true
    const { store, clock } = this.#deps
    try {
      const waiting = await store.waitingNotices(WAITING_MAX)
      for (const { notice } of waiting.filter(({ notice: { recipient } }) => !this.#desks.has(recipient))) {
        const tried = { kind: 'given-up' as const, cause: 'alarms.notify has no such entry any more' }
        await store.noteNoticeTry({ id: notice.id, tried, atMs: clock.nowMs() })
      }
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
      this.#hasSwept = false
    }
  }
}

const emptyDesk = (): Desk => ({
  ...{ isBusy: false, unnoted: null, unstored: [], isTriedNow: false, arrived: new Set() },
  record: { deliveredAtMs: null, givenUpAtMs: null },
})
