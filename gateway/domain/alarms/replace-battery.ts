import type { Principal } from '#domain/access/principal.ts'
import type { ChangesOfAlarms } from '#domain/alarm-ports.ts'
import { changeInTime } from '#domain/time/change-in-time.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { LockId } from '#protocol/ids.ts'
import type { Alarms } from './alarms.ts'
import type { BatteryReplacedResult } from './judge-battery-replaced.ts'

/** Somebody put new batteries in: the alarms of the old ones end at once, and the next report of the lock counts. */
export async function batteryReplaced(
  lockId: LockId,
  by: Principal,
  deps: {
    readonly store: Pick<ChangesOfAlarms, 'replaceBattery'>
    readonly alarms: Pick<Alarms, 'batteryReplaced'>
    readonly clock: Clock
  },
): Promise<BatteryReplacedResult> {
  const atMs = deps.clock.nowMs()
  const storing = deps.store.replaceBattery({ lockId, by, atMs }).then((result) => {
    if (result.kind === 'battery-replaced') deps.alarms.batteryReplaced(lockId, atMs)
    return result
  })
  return await changeInTime(storing, deps.clock)
}
