import type { NoticeStore } from '#domain/alarm-ports.ts'
import type { Verdict } from '#domain/alarms/findings.ts'
import type { LocksBack } from '#domain/alarms/locks-back.ts'
import type { Deliveries } from '#domain/delivery/deliveries.ts'
import type { Notice } from '#domain/notices/notice.ts'
import type { Recipient } from '#domain/notices/recipient.ts'
import type { Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { NoticeId } from '#protocol/ids.ts'
import type { DeskFacts } from './desk-facts.ts'
import { deskStateFrom, deskStateText, NEW_DESK } from './desk-state.ts'
import { DeskTime } from './desk-time.ts'
import { type Desk, deskOf, judgeNotices } from './judge-notices.ts'
import { SiteOfDesk, type SiteOfDeskDeps } from './site-of-desk.ts'
import { isUnseen } from './who-is-told.ts'
import { writeNotice } from './write-notice.ts'

interface Deps extends Omit<SiteOfDeskDeps, 'store'> {
  readonly store: SiteOfDeskDeps['store'] & Pick<NoticeStore, 'noticeDesks' | 'keepNotices' | 'noteNoticeTry'>
  /** Brings to their recipients what is stored, and what the store does not take. */
  readonly deliveries: Pick<Deliveries, 'look' | 'sendUnstored' | 'areStored'>
  readonly recipients: readonly Recipient[]
  readonly log: Pick<Log, 'info'>
  inBackground(work: Promise<void>): void
}

/** A recipient's desk, and what of it the store has not taken yet. */
interface Place {
  readonly recipient: Recipient
  desk: Desk
  unstored: Notice[]
  /** Of `unstored`, those that were handed over for delivery all the same. */
  handed: ReadonlySet<NoticeId>
  isUnstored: boolean
  isStoring: boolean
}

/**
 * Decides who is told what, and when. Each look compares what stands with what each recipient was told, and stores a
 * message together with what its recipient knows by it. When the store takes nothing, memory holds the message, and it
 * is delivered from there: that the store fails is itself worth a message.
 */
export class NoticeDesk {
  readonly #deps: Deps
  readonly #site: SiteOfDesk
  #places: Place[] = []
  #time: DeskTime
  #nobodyTold: Verdict = null

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
      ...{ unstored: [], handed: new Set(), isUnstored: false, isStoring: false },
    }))
    const flapping = [...states.values()].flatMap(({ told }) =>
      [...told.values()].filter(({ isFlapping }) => isFlapping),
    )
    await this.#site.begin(this.#time.nowMs(), flapping)
  }

  /** Whether alarms stand and no recipient is named; null where one is, for then each tells for itself. */
  readonly nobodyTold = (): Verdict => this.#nobodyTold

  async look(back: LocksBack): Promise<void> {
    const facts = await this.#site.look(this.#time.nowMs(), back)
    if (this.#deps.recipients.length === 0) {
      const standing = [...facts.standing.values()].map(({ alarm }) => alarm)
      this.#nobodyTold = isUnseen(standing, facts.nowMs) ? 'is-so' : 'has-ended'
    }
    for (const place of this.#places) this.#lookAt(place, facts)
  }

  #lookAt(place: Place, facts: DeskFacts): void {
    const before = place.desk.state
    const { desk, draft } = judgeNotices(place.recipient, place.desk, facts)
    place.desk = desk
    if (draft !== null) {
      const notice = writeNotice(place.recipient.name, draft, facts)
      place.unstored.push(notice)
      const { id, recipient, sort, severity } = notice
      this.#deps.log.info(
        { notice: id, recipient, sort, severity, alarms: draft.news.length },
        'message to a recipient',
      )
    }
    if (desk.state !== before) place.isUnstored = true
    // A disk that hangs is not asked for more, and no look waits for it.
    if (place.isStoring) this.#handOver(place)
    else if (place.isUnstored) this.#deps.inBackground(this.#store(place, facts))
  }

  /** The store does not take them now, and they are delivered all the same. */
  #handOver(place: Place): void {
    this.#deps.deliveries.sendUnstored(place.unstored.filter(({ id }) => !place.handed.has(id)))
    place.handed = new Set(place.unstored.map(({ id }) => id))
  }

  async #store(place: Place, { nowMs, deskMs }: DeskFacts): Promise<void> {
    const { store } = this.#deps
    const notices = [...place.unstored]
    place.isStoring = true
    place.isUnstored = false
    try {
      const state = deskStateText({ ...place.desk.state, keptAt: { deskMs, wallMs: nowMs } })
      await store.keepNotices({ notices, desks: [{ recipient: place.recipient.name, state }], atMs: nowMs })
      await this.#areStored(place, notices, nowMs)
    } catch (error) {
      place.isUnstored = true
      if (!(error instanceof StoreFault)) throw error
      this.#handOver(place)
    } finally {
      place.isStoring = false
    }
  }

  /** What was delivered out of memory is not delivered once more. */
  async #areStored(place: Place, notices: readonly Notice[], atMs: number): Promise<void> {
    const { store, deliveries } = this.#deps
    if (notices.length === 0) return
    const stored = new Set(notices.map(({ id }) => id))
    place.unstored = place.unstored.filter(({ id }) => !stored.has(id))
    const delivered = deliveries.areStored(place.recipient.name, stored)
    place.handed = new Set([...place.handed].filter((id) => !stored.has(id)))
    for (const id of delivered) await store.noteNoticeTry({ id, tried: { kind: 'delivered' }, atMs })
    deliveries.look()
  }
}
