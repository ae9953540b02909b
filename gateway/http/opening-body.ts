import { isFinal, type Opening } from '#domain/opening.ts'

/** An opening as whoever holds its id sees it: it names no key. */
export const openingBody = (opening: Opening) => ({
  openingId: opening.openingId,
  lockId: opening.lockId,
  state: opening.state,
  final: isFinal(opening.state),
  reason: opening.reason,
  startedAt: new Date(opening.startedAtMs).toISOString(),
  settledAt: opening.settledAtMs === null ? null : new Date(opening.settledAtMs).toISOString(),
  usedCount: opening.usedCount,
  maxUses: opening.maxUses,
})
