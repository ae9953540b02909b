import { isSoSinceMs } from '#domain/alarms/alarm.ts'
import { NOTICE_ALARMS_MAX, type Notice, type ToldAlarm, type ToldState } from '#domain/notices/notice.ts'
import { type NoticeId, newNoticeId } from '#protocol/ids.ts'
import type { DeskFacts } from './desk-facts.ts'
import type { ToldAlarmEntry } from './desk-state.ts'
import type { Draft } from './judge-notices.ts'
import { rankOf } from './news.ts'
import { linesOf, titleOf } from './notice-text.ts'

/** The message, whole and bounded, as it goes into the outbox. */
export function writeNotice(
  recipient: string,
  draft: Draft,
  facts: DeskFacts,
  newId: () => NoticeId = newNoticeId,
): Notice {
  const alarms = [
    ...draft.news.map(({ alarm, what }) => toldAlarm(alarm, what, facts)),
    ...draft.reminders.map((alarm) => toldAlarm(alarm, 'still', facts)),
  ].sort((a, b) => rankOf(b.severity) - rankOf(a.severity))
  return {
    id: newId(),
    recipient,
    severity: alarms[0]?.severity ?? 'notice',
    sort: draft.sort,
    title: titleOf(draft, facts),
    lines: linesOf(draft, facts),
    alarms: alarms.slice(0, NOTICE_ALARMS_MAX),
    madeAtMs: facts.nowMs,
  }
}

function toldAlarm(
  alarm: Pick<ToldAlarmEntry, 'id' | 'kind' | 'lockId' | 'severity' | 'sinceMs' | 'beganAtMs'>,
  state: ToldState,
  { doorOf }: DeskFacts,
): ToldAlarm {
  const { id, kind, lockId, severity } = alarm
  const door = lockId === null ? null : doorOf(lockId)
  return {
    id,
    kind,
    lockId,
    door: door?.name ?? null,
    area: door?.area ?? null,
    severity,
    state,
    sinceMs: isSoSinceMs(alarm),
  }
}
