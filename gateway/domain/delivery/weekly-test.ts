import type { NoticeStore } from '#domain/alarm-ports.ts'
import type { Notice } from '#domain/notices/notice.ts'
import { isQuiet, type Recipient } from '#domain/notices/recipient.ts'
import type { Zone } from '#domain/time/zone.ts'
import { noticeIdOf } from '#protocol/ids.ts'

const MONDAY = 1
/** 08:00. */
const FROM_MINUTE = 8 * 60

/** The messages of this Monday that show that the way to each recipient works; none on other days, and none in quiet hours. */
export function weeklyTests(siteId: string, recipients: readonly Recipient[], zone: Zone, nowMs: number): Notice[] {
  const { date, minuteOfDay } = zone.localOf(nowMs)
  if (new Date(`${date}T00:00:00Z`).getUTCDay() !== MONDAY || minuteOfDay < FROM_MINUTE) return []
  return recipients
    .filter(({ quietHours }) => !isQuiet(quietHours, minuteOfDay))
    .map(({ name }) => ({
      id: noticeIdOf(`weekly test ${siteId} ${date} ${name}`),
      ...{ recipient: name, severity: 'notice', sort: 'test', alarms: [], madeAtMs: nowMs },
      title: 'Weekly test: messages arrive',
      lines: [
        'Nothing is wrong. This message comes each Monday at 08:00: when it stays away, look at the gateway, and at the way to you.',
      ],
    }))
}

interface Deps {
  readonly siteId: string
  readonly recipients: readonly Recipient[]
  readonly zone: Zone
  readonly store: Pick<NoticeStore, 'keepNotices'>
  /** Called when there is something to deliver. */
  kept(): void
}

/** The answer is to be called once a minute: it puts what is due into the outbox, once. The outbox leaves out what it knows. */
export function weeklyTestChore({ siteId, recipients, zone, store, kept }: Deps): (nowMs: number) => Promise<void> {
  let known: ReadonlySet<string> = new Set()
  return async (nowMs) => {
    const due = weeklyTests(siteId, recipients, zone, nowMs)
    const notices = due.filter(({ id }) => !known.has(id))
    if (notices.length === 0) return
    await store.keepNotices({ notices, desks: [], atMs: nowMs })
    known = new Set(due.map(({ id }) => id))
    kept()
  }
}
