import type { Database } from 'better-sqlite3'
import type { NoticeCount } from '#domain/alarm-ports.ts'
import type { DeliveryRecord, Notice, NoticeTry, WaitingNotice } from '#domain/notices/notice.ts'
import type { NoticeId } from '#protocol/ids.ts'

type Body = Pick<Notice, 'lines' | 'alarms'>
interface NoticeRow extends Omit<Notice, 'lines' | 'alarms'> {
  readonly body: string
}
interface WaitingRow extends NoticeRow, Omit<WaitingNotice, 'notice'> {}

export function noticeReads(database: Database) {
  const columns = `notice_id AS id, recipient, severity, sort, title, body, made_at_ms AS madeAtMs, tries,
    next_try_at_ms AS nextTryAtMs, last_cause AS lastCause`
  const waiting = database.prepare<[number], WaitingRow>(
    `SELECT ${columns} FROM notices INDEXED BY notices_waiting WHERE ended_at_ms IS NULL ORDER BY seq LIMIT ?`,
  )
  const oldestOf = database.prepare<[string], WaitingRow>(
    `SELECT ${columns} FROM notices INDEXED BY notices_waiting WHERE ended_at_ms IS NULL AND recipient = ?
     ORDER BY seq LIMIT 1`,
  )
  const desks = database.prepare<[], { recipient: string; state: string }>(
    'SELECT recipient, state FROM notice_desks WHERE state IS NOT NULL',
  )
  const records = database.prepare<[], DeliveryRecord>(
    'SELECT recipient, delivered_at_ms AS deliveredAtMs, given_up_at_ms AS givenUpAtMs FROM notice_desks',
  )
  const counts = database.prepare<[number, number], NoticeCount>(
    `SELECT made_at_ms / 900000 * 900000 AS fromMs, count(*) AS count FROM notices INDEXED BY notices_by_quarter
     WHERE made_at_ms / 900000 >= ? / 900000 GROUP BY made_at_ms / 900000 LIMIT ?`,
  )
  return {
    waitingNotices: (limit: number): readonly WaitingNotice[] => waiting.all(limit).map(toWaiting),
    oldestWaitingNotice: (recipient: string): WaitingNotice | null => {
      const row = oldestOf.get(recipient)
      return row === undefined ? null : toWaiting(row)
    },
    noticeDesks: (): readonly { recipient: string; state: string }[] => desks.all(),
    deliveryRecords: (): readonly DeliveryRecord[] => records.all(),
    countNotices: (sinceMs: number, limit: number): readonly NoticeCount[] => counts.all(sinceMs, limit),
  }
}

function toWaiting({ body, tries, nextTryAtMs, lastCause, ...row }: WaitingRow): WaitingNotice {
  const { lines, alarms }: Body = JSON.parse(body)
  return { notice: { ...row, lines, alarms }, tries, nextTryAtMs, lastCause }
}

export function noticeWrites(database: Database) {
  const insert = database.prepare<NoticeRow>(
    `INSERT INTO notices (notice_id, recipient, severity, sort, title, body, made_at_ms, next_try_at_ms)
     VALUES (@id, @recipient, @severity, @sort, @title, @body, @madeAtMs, @madeAtMs)
     ON CONFLICT (notice_id) DO NOTHING`,
  )
  const putDesk = database.prepare<[string, string]>(
    `INSERT INTO notice_desks (recipient, state) VALUES (?, ?)
     ON CONFLICT (recipient) DO UPDATE SET state = excluded.state`,
  )
  const failed = database.prepare<[string, number, NoticeId]>(
    `UPDATE notices SET tries = tries + 1, last_cause = ?, next_try_at_ms = ?
     WHERE notice_id = ? AND ended_at_ms IS NULL`,
  )
  const ended = database.prepare<[string | null, number, 0 | 1, NoticeId], { recipient: string }>(
    `UPDATE notices SET tries = tries + 1, last_cause = coalesce(?, last_cause), ended_at_ms = ?, was_delivered = ?
     WHERE notice_id = ? AND ended_at_ms IS NULL RETURNING recipient`,
  )
  const delivered = database.prepare<[string, number]>(
    `INSERT INTO notice_desks (recipient, delivered_at_ms) VALUES (?, ?)
     ON CONFLICT (recipient) DO UPDATE SET delivered_at_ms = excluded.delivered_at_ms, given_up_at_ms = NULL`,
  )
  const givenUp = database.prepare<[string, number]>(
    `INSERT INTO notice_desks (recipient, given_up_at_ms) VALUES (?, ?)
     ON CONFLICT (recipient) DO UPDATE SET given_up_at_ms = coalesce(given_up_at_ms, excluded.given_up_at_ms)`,
  )
  const forget = database.prepare<[number, number]>(
    `DELETE FROM notices WHERE seq IN (SELECT seq FROM notices INDEXED BY notices_by_quarter
       WHERE made_at_ms / 900000 < ? / 900000 AND ended_at_ms IS NOT NULL ORDER BY made_at_ms / 900000 LIMIT ?)`,
  )
  return {
    /** One that is there already stays as it is. */
    insertNotice: ({ lines, alarms, ...notice }: Notice): void => {
      insert.run({ ...notice, body: JSON.stringify({ lines, alarms }) })
    },
    putNoticeDesk: (recipient: string, state: string): void => void putDesk.run(recipient, state),
    /** False when it does not wait any more. */
    noteTry: (id: NoticeId, tried: NoticeTry, atMs: number): boolean => {
      if (tried.kind === 'failed') return failed.run(tried.cause, tried.nextTryAtMs, id).changes > 0
      const isDelivered = tried.kind === 'delivered'
      const row = ended.get(isDelivered ? null : tried.cause, atMs, isDelivered ? 1 : 0, id)
      if (row === undefined) return false
      const column = isDelivered ? delivered : givenUp
      column.run(row.recipient, atMs)
      return true
    },
    noteDelivered: (recipient: string, atMs: number): void => void delivered.run(recipient, atMs),
    /** Of those that were delivered or given up. */
    forgetNotices: (madeBeforeMs: number, limit: number): void => void forget.run(madeBeforeMs, limit),
  }
}
