import type { JudgedTempKey } from '#domain/openings/judge-reserve.ts'
import type { OpeningState } from '#domain/openings/opening.ts'
import type { JudgedOpening } from '#domain/openings/opening-change.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { keyUuid, lockId, T0 } from '#test/store/support/store-site.ts'

/** An opening of key 1 at lock 1, which has used none of its two uses and holds one for it while it is not final. */
export const anOpening = (state: OpeningState, difference: Partial<JudgedOpening> = {}): JudgedOpening => ({
  ...{ openingId: newOpeningId(), lockId: lockId(1), tempKeyUuid: keyUuid(1), userId: null },
  ...{ state, reason: null, corrected: false, startedAtMs: T0, settledAtMs: null },
  ...{ usedCountAfter: null, usedCountNow: 0, heldCountNow: 1, maxUses: 2 },
  ...difference,
})

export const aJudgedKey = (difference: Partial<JudgedTempKey> = {}): JudgedTempKey => ({
  ...{ uuid: keyUuid(1), lockId: lockId(1), accessMode: 'public', allowedUserIds: [] },
  ...{ validFromMs: T0 - 1_000, validUntilMs: T0 + 1_000, maxUses: 2, usedCount: 0, heldCount: 0, revokedAtMs: null },
  ...difference,
})
