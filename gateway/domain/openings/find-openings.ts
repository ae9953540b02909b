import type { LockRegistry } from '#domain/locks/lock-registry.ts'
import type { ReadsOfOpenings, ReadsOfTempKeys } from '#domain/ports.ts'
import type { HelpCode } from './help-code.ts'
import type { Opening } from './opening.ts'

/** More openings than ever share one help code. */
const FOUND_MAX = 20

/** An opening with what tells guests apart for staff; never the key itself, which opens. */
export interface FoundOpening {
  readonly opening: Opening
  readonly lockName: string
  readonly keyDescription: string | null
}

/** The openings that a guest's code may stand for: one as a rule, seldom two. */
export async function findOpenings(
  { idStart }: HelpCode,
  {
    store,
    locks,
  }: {
    readonly store: Pick<ReadsOfOpenings, 'openingsThatBegin'> & Pick<ReadsOfTempKeys, 'findTempKey'>
    readonly locks: LockRegistry
  },
): Promise<readonly FoundOpening[]> {
  const found = await store.openingsThatBegin(idStart, FOUND_MAX)
  return await Promise.all(
    found.map(async (opening) => {
      const key = opening.tempKeyUuid === null ? null : await store.findTempKey(opening.tempKeyUuid)
      const lockName = locks.get(opening.lockId)?.name ?? `Lock ${opening.lockId}`
      return { opening, lockName, keyDescription: key?.description ?? null }
    }),
  )
}
