import { type Arrived, answerByMs, type OpeningLimits } from '#domain/openings/opening-limits.ts'
import type { ChangesOfOpenings, Log } from '#domain/ports.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { inTime } from '#domain/time/in-time.ts'
import { keyRefOf } from '#protocol/ids.ts'
import type { RecordDenial } from './denial.ts'
import type { DenialBook } from './denial-book.ts'

interface RecordDenialDeps {
  store: Pick<ChangesOfOpenings, 'recordDenial'>
  denials: DenialBook
  clock: Clock
  limits: OpeningLimits
  log: Log
}

/**
 * Stores who was denied, as part of what happened at a door. The caller gets the denial even when it can't be stored,
 * or not in time: a hanging disk must not hold back the answer.
 */
export async function recordDenial(
  denied: Pick<RecordDenial, 'lockId' | 'tempKeyUuid' | 'reason' | 'principal'>,
  request: Arrived,
  { store, denials, clock, limits, log }: RecordDenialDeps,
): Promise<void> {
  const { lockId, tempKeyUuid, reason, principal } = denied
  const count = denials.take(lockId, tempKeyUuid === null ? null : keyRefOf(tempKeyUuid), reason, principal)
  if (count === null) return
  const recording = store.recordDenial({ ...denied, count, atMs: clock.nowMs() }).catch((error: unknown) => {
    if (!(error instanceof StoreFault)) throw error
    log.error({ lockId, reason, cause: error.message }, 'denial not recorded')
  })
  await inTime(recording, answerByMs(request, limits), clock)
}
