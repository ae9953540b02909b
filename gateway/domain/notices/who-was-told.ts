import type { Alarm } from '#domain/alarms/alarm.ts'
import type { Verdict } from '#domain/alarms/findings.ts'
import type { DeliveryRecord } from './notice.ts'
import type { Recipient } from './recipient.ts'

/** Where nobody is named, somebody who looks at the console now and then is given so much time. */
const UNSEEN_FOR_MS = 10 * 60_000

/** Whether nobody could be told: no recipient is named, or no message has reached any of them since one was given up. */
export function judgeWhoWasTold(
  recipients: readonly Recipient[],
  records: readonly DeliveryRecord[],
  standing: readonly Alarm[],
  nowMs: number,
): Verdict {
  if (recipients.length === 0) {
    const isUnseen = standing.some(
      ({ kind, severity, acknowledged, sinceMs }) =>
        kind !== 'nobody-could-be-told' && severity !== 'notice' && acknowledged === null && nowMs - sinceMs >= UNSEEN_FOR_MS,
    )
    return isUnseen ? 'is-so' : 'has-ended'
  }
  const recordOf = new Map(records.map((record) => [record.recipient, record]))
  const isLost = recipients.every(({ name }) => {
    const record = recordOf.get(name)
    return (record?.givenUpAtMs ?? -1) > (record?.deliveredAtMs ?? -1)
  })
  return isLost ? 'is-so' : 'has-ended'
}
