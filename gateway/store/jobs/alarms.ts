import { principalLabel } from '#domain/access/principal.ts'
import type { AlarmName, Sighting } from '#domain/alarms/alarm.ts'
import { ALARMS } from '#domain/alarms/alarm-kinds.ts'
import {
  type AcknowledgeAlarm,
  type AcknowledgeAlarmResult,
  judgeAcknowledge,
  judgeMute,
  judgeUnmute,
  type MuteAlarms,
  type UnmuteAlarms,
} from '#domain/alarms/judge-alarm-change.ts'
import {
  BATTERY_KINDS,
  type BatteryReplacedResult,
  judgeBatteryReplaced,
  type ReplaceBattery,
} from '#domain/alarms/judge-battery-replaced.ts'
import type { Mute } from '#domain/alarms/mute.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** The events of its lock tell when it began and when it ended; the site's own alarms belong to no lock, and have none. */
export function raiseAlarm(
  tx: Transaction,
  { sighting, atMs }: { readonly sighting: Sighting; readonly atMs: number },
) {
  const alarmId = tx.raise(sighting, atMs)
  if (alarmId === null || sighting.lockId === null) return
  const { kind, lockId } = sighting
  const chained = { alarm: kind, alarmId, severity: ALARMS[kind].severity }
  tx.appendEvent({ lockId, type: 'AlarmRaised', atMs, chained, plain: {} })
}

export function clearAlarm(tx: Transaction, { kind, lockId, atMs }: AlarmName & { readonly atMs: number }): boolean {
  const alarmId = tx.standingAlarm(kind, lockId)?.id ?? null
  const stood = tx.clear(kind, lockId, atMs)
  if (stood && lockId !== null) {
    tx.appendEvent({ lockId, type: 'AlarmCleared', atMs, chained: { alarm: kind, alarmId }, plain: {} })
  }
  return stood
}

export function replaceBattery(tx: Transaction, asked: ReplaceBattery): BatteryReplacedResult {
  const { lockId, atMs } = asked
  const lock = tx.findLock(lockId)
  const verdict = judgeBatteryReplaced(asked, lock)
  if (verdict.kind !== 'battery-replaced') return verdict
  const event = tx.appendEvent(verdict.event)
  for (const kind of BATTERY_KINDS) clearAlarm(tx, { kind, lockId, atMs })
  const after = tx.findLock(lockId)
  return after === null ? { kind: 'lock-not-found' } : { kind: 'battery-replaced', lock: after, event }
}

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
