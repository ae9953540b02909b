import { principalLabel } from '#domain/access/principal.ts'
import type { AlarmName, Sighting } from '#domain/alarms/alarm.ts'
import {
  type AcknowledgeAlarm,
  type AcknowledgeAlarmResult,
  judgeAcknowledge,
  judgeMute,
  judgeUnmute,
  type MuteAlarms,
  type UnmuteAlarms,
} from '#domain/alarms/judge-alarm-change.ts'
import type { Mute } from '#domain/alarms/mute.ts'
import type { Transaction } from '#store/tables/transaction.ts'

export function raiseAlarm(
  tx: Transaction,
  { sighting, atMs }: { readonly sighting: Sighting; readonly atMs: number },
) {
  tx.raise(sighting, atMs)
}

export const clearAlarm = (tx: Transaction, { kind, lockId, atMs }: AlarmName & { readonly atMs: number }): boolean =>
  tx.clear(kind, lockId, atMs)

export function acknowledgeAlarm(tx: Transaction, asked: AcknowledgeAlarm): AcknowledgeAlarmResult {
  const verdict = judgeAcknowledge(asked, tx.findAlarm(asked.id))
  if (verdict.kind !== 'acknowledged') return verdict
  tx.putAlarm(verdict.after)
  if (verdict.event !== null) tx.appendEvent(verdict.event)
  return { kind: 'acknowledged', alarm: verdict.after }
}

export function muteAlarms(tx: Transaction, asked: MuteAlarms): Mute {
  const { mute, ends, event } = judgeMute(asked, tx.mutesAt(asked.atMs))
  for (const { id } of ends) tx.endMute(id, mute.mutedBy, asked.atMs)
  const id = tx.insertMute(mute)
  if (event !== null) tx.appendEvent(event)
  return { ...mute, id }
}

/** Those that it ended. */
export function unmuteAlarms(tx: Transaction, asked: UnmuteAlarms): readonly Mute[] {
  const { ends, events } = judgeUnmute(asked, tx.mutesAt(asked.atMs))
  for (const { id } of ends) tx.endMute(id, principalLabel(asked.by), asked.atMs)
  for (const event of events) tx.appendEvent(event)
  return ends
}
