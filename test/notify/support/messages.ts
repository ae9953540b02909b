import type { Notice } from '#domain/notices/notice.ts'
import { type Message, messageOf } from '#notify/message.ts'
import { newNoticeId, parseLockId } from '#protocol/ids.ts'
import { must } from '#test/support/must.ts'

/** A warning about one door; a test states its difference. */
export const noticeOf = (difference: Partial<Notice> = {}): Notice => ({
  id: newNoticeId(),
  recipient: 'team',
  severity: 'warning',
  sort: 'alarms',
  title: 'Front door is offline',
  lines: ['Front door (lock 7) has been offline since 12:00.', 'Look at its power and network.'],
  alarms: [
    {
      ...{ id: 12, kind: 'lock-offline', lockId: must(parseLockId('7')), door: 'Front door', area: null },
      ...{ severity: 'warning', state: 'raised', sinceMs: Date.UTC(2026, 10, 28, 11) },
    },
  ],
  madeAtMs: Date.UTC(2026, 10, 28, 11, 10),
  ...difference,
})

export const sender = {
  site: { id: 'north', name: 'North House' },
  localTime: () => '2026-11-28T12:10:00+01:00',
  consoleUrl: 'https://keys.example.org/console/alarms',
}

export const aMessage = (difference: Partial<Notice> = {}): Message => messageOf(noticeOf(difference), sender)

/** Of a process that does not end. */
export const NEVER = new AbortController().signal
