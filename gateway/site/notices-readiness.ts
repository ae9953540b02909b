import type { NoticeStore } from '#domain/alarm-ports.ts'
import { type DeliveryRecord, isUnreached } from '#domain/notices/notice.ts'
import type { BeatRecord } from '#domain/upkeep/outward-heartbeat.ts'
import { isWell, type ReadinessCheck, warns } from '#domain/upkeep/readiness.ts'

export interface NoticesDeps {
  /** Entries of `alarms.notify`. */
  readonly receivers: number
  readonly store: Pick<NoticeStore, 'waitingNotices'>
  /** How the way to each has done. */
  readonly records: () => readonly DeliveryRecord[]
}

/** A receiver that is tried again for so long is no matter of a moment any more. */
const LATE_AFTER_MS = 10 * 60_000

/** Whether anybody is told of alarms. Never `failed`: doors open all the same. */
export async function noticesReadiness(deps: NoticesDeps, nowMs: number): Promise<ReadinessCheck> {
  if (deps.receivers === 0) {
    return warns({
      ...{ severity: 'warning', reason: 'no-receiver', facts: { receivers: 0 } },
      message: 'Nobody is told of alarms: no receiver is configured.',
      advice: 'Name one in alarms.notify, and try it with alarms test.',
    })
  }
  const oldest = await oldestMadeAtMs(deps)
  const facts = {
    receivers: deps.receivers,
    oldestUndelivered: oldest === null ? null : new Date(oldest).toISOString(),
  }
  const advice = 'See with alarms receivers what fails, mend it, and try it with alarms test.'
  const unreached = deps.records().filter(isUnreached)
  if (unreached.length > 0) {
    const message = `Messages to ${unreached.length} of ${deps.receivers} receivers did not arrive for a day.`
    return warns({ ...{ severity: 'critical', reason: 'nobody-told', facts, advice, message } })
  }
  if (oldest !== null && nowMs - oldest >= LATE_AFTER_MS) {
    const message = `The oldest message about alarms has waited for ${Math.round((nowMs - oldest) / 60_000)} minutes.`
    return warns({ ...{ severity: 'warning', reason: 'undelivered', facts, advice, message } })
  }
  return isWell('Messages about alarms arrive, as far as is known.', facts)
}

async function oldestMadeAtMs({ store }: NoticesDeps): Promise<number | null> {
  try {
    return (await store.waitingNotices(1))[0]?.notice.madeAtMs ?? null
  } catch {
    // A store that can't be read has a check of its own.
    return null
  }
}

/** Whether somebody outside hears that this gateway works. */
export function heartbeatReadiness({ lastGoodAtMs, problem }: BeatRecord): ReadinessCheck {
  const facts = { lastAt: lastGoodAtMs === null ? null : new Date(lastGoodAtMs).toISOString() }
  if (problem === null) {
    return isWell(lastGoodAtMs === null ? 'The first heartbeat is still to come.' : 'The heartbeat goes out.', facts)
  }
  return warns({
    ...{ severity: 'warning', reason: 'heartbeat-missing', facts },
    message: `The last heartbeat did not go out: ${problem}.`,
    advice: 'Mend what the message names; who waits for the heartbeat will say that this gateway is away.',
  })
}
