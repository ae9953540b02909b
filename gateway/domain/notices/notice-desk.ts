import type { Alarm } from '#domain/alarms/alarm.ts'
import type { LocksBack } from '#domain/alarms/locks-back.ts'
import type { Log, NoticeStore } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { NoticeId } from '#protocol/ids.ts'
import type { DeskFacts } from './desk-facts.ts'
import { deskStateFrom, deskStateText, NEW_DESK } from './desk-state.ts'
import { DeskTime } from './desk-time.ts'
import { type Desk, deskOf, judgeNotices } from './judge-notices.ts'
import type { Notice } from './notice.ts'
import type { Recipient } from './recipient.ts'
import { SiteOfDesk, type SiteOfDeskDeps } from './site-of-desk.ts'
import { judgeWhoWasTold } from './who-was-told.ts'
import { writeNotice } from './write-notice.ts'

interface Deps extends Omit<SiteOfDeskDeps, 'store'> {
  readonly store: SiteOfDeskDeps['store'] & Pick<NoticeStore, 'noticeDesks' | 'keepNotices' | 'noteNoticeTry' | 'deliveryRecords'>
  readonly recipients: readonly Recipient[]
  readonly log: Pick<Log, 'info'>
}

/** A recipient's desk, and what of it the store has not taken yet. */
interface Place {
  readonly recipient: Recipient
  desk: Desk
  unstored: Notice[]
  isUnstored: boolean
  isStoring: boolean
}

/**
 * Decides who is told what, and when. Each look compares what stands with what each recipient was told, and stores a
 * message together with what its recipient knows by it. When the store takes nothing, memory holds the message, and
 * whoever delivers takes it from here: that the store fails is itself worth a message.
 */
export class NoticeDesk {
  readonly #deps: Deps
  readonly #site: SiteOfDesk
  #places: Place[] = []
  /** Of messages that are not stored: somebody has them. */
  readonly #delivered = new Set<NoticeId>()
  #time: DeskTime
  #nobodyTold: 'is-so' | 'has-ended' | null = null

  constructor(deps: Deps) {
    this.#deps = deps
    this.#site = new SiteOfDesk(deps)
    this.#time = new DeskTime(deps.clock, null)
  }

  /** Reads what a former process told. */
  async begin(): Promise<void> {
    const { store, recipients, clock } = this.#deps
    const states = new Map((await store.noticeDesks()).map(({ recipient, state }) => [recipient, deskStateFrom(state)]))
    const newest = [...states.values()].map(({ keptAt }) => keptAt).sort((a, b) => b.deskMs - a.deskMs)[0]
    this.#time = new DeskTime(clock, newest ?? null)
    this.#places = recipients.map((recipient) => ({
      ...{ recipient, desk: deskOf(states.get(recipient.name) ?? NEW_DESK) },
      ...{ unstored: [], isUnstored: false, isStoring: false },
    }))
    const flapping = [...states.values()].flatMap(({ told }) => [...told.values()].filter(({ isFlapping }) => isFlapping))
    await this.#site.begin(this.#time.nowMs(), flapping)
  }

  /** Messages that wait in memory, because the store does not take them; oldest first. */
  get unstored(): readonly Notice[] {
    return this.#places.flatMap(({ unstored }) => unstored).filter(({ id }) => !this.#delivered.has(id))
  }

  /** One of `unstored` has arrived: it is not delivered again, and the store hears of it when it can. */
  delivered(id: NoticeId): void {
    this.#delivered.add(id)
  }

  /** Whether alarms stand of which nobody could be told. */
  get nobodyTold(): 'is-so' | 'has-ended' | null {
    return this.#nobodyTold
  }

  async look(back: LocksBack): Promise<void> {
    const facts = await this.#site.look(this.#time.nowMs(), back)
    await this.#lookWhoWasTold([...facts.standing.values()].map(({ alarm }) => alarm))
    // One after the other: each is a small transaction of its own, and no opening waits for all of them.
    for (const place of this.#places) await this.#lookAt(place, facts)
  }

  async #lookAt(place: Place, facts: DeskFacts): Promise<void> {
    const before = place.desk.state
    const { desk, draft } = judgeNotices(place.recipient, place.desk, facts)
    place.desk = desk
    if (draft !== null) {
      const notice = writeNotice(place.recipient.name, draft, facts)
      place.unstored.push(notice)
      const { id, recipient, sort, severity } = notice
      this.#deps.log.info({ notice: id, recipient, sort, severity, alarms: draft.news.length }, 'message to a recipient')
    }
    if (desk.state !== before) place.isUnstored = true
    // A disk that hangs is not asked for more.
    if (place.isUnstored && !place.isStoring) await this.#store(place, facts)
  }

  async #store(place: Place, { nowMs, deskMs }: DeskFacts): Promise<void> {
    const { store } = this.#deps
    const notices = [...place.unstored]
    place.isStoring = true
    place.isUnstored = false
    try {
      const state = deskStateText({ ...place.desk.state, keptAt: { deskMs, wallMs: nowMs } })
      await store.keepNotices({ notices, desks: [{ recipient: place.recipient.name, state }], atMs: nowMs })
      place.unstored = place.unstored.filter((notice) => !notices.includes(notice))
      for (const { id } of notices) {
        if (this.#delivered.delete(id)) await store.noteNoticeTry({ id, tried: { kind: 'delivered' }, atMs: nowMs })
      }
    } catch (error) {
      place.isUnstored = true
      if (!(error instanceof StoreFault)) throw error
    } finally {
      place.isStoring = false
    }
  }

  async #lookWhoWasTold(standing: readonly Alarm[]): Promise<void> {
    const { recipients, store, clock } = this.#deps
    try {
      const records = await store.deliveryRecords()
      this.#nobodyTold = judgeWhoWasTold(recipients, records, standing, clock.nowMs())
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
    }
  }
}
