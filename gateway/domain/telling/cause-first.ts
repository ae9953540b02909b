import type { AlarmKind } from '#domain/alarms/alarm-kinds.ts'
import { kindOfAlarm } from '#domain/alarms/alarm-kinds.ts'
import type { LockId } from '#protocol/ids.ts'

/** While one of these stands, what locks do follows from it. */
const CAUSES: readonly AlarmKind[] = ['broker-down', 'store-failed', 'clock-untrusted']

/** What a lock does that is on its way back. */
const OF_ABSENCE: ReadonlySet<string> = new Set<AlarmKind>(['lock-offline', 'lock-never-came', 'opening-unconfirmed'])

/** What says the same of the same lock or disk, and worse. Two devices with one identity say more than one lock can. */
const WORSE: Readonly<Record<string, AlarmKind>> = {
  ...({
    ...{ 'disk-low': 'disk-full', 'battery-low': 'battery-critical', 'lock-floods': 'lock-contested' },
  } satisfies Partial<Record<AlarmKind, AlarmKind>>),
}

interface Causes {
  readonly standing: { has(name: string): boolean }
  /** Locks are on their way back after a start or a return of the broker. */
  readonly isSettling: boolean
}

/**
 * Whether a message about this alarm waits because another alarm is the cause. What may be an attack on a lock never
 * waits. The end of a broker's absence waits for the locks, so that one message tells who is back.
 */
export function causeFirst({ standing, isSettling }: Causes) {
  const hasCause = CAUSES.some((kind) => standing.has(`${kind} null`))
  return ({ kind, lockId }: { readonly kind: string; readonly lockId: LockId | null }): boolean => {
    const worse = WORSE[kind]
    if (worse !== undefined && standing.has(`${worse} ${lockId}`)) return true
    if (lockId === null || kindOfAlarm(kind)?.severity === 'critical') return false
    return hasCause || (isSettling && OF_ABSENCE.has(kind))
  }
}
