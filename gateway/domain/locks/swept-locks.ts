import type { LockId } from '#protocol/ids.ts'

/**
 * The locks whose openings a sweep over the whole site may touch, at a start or by the hour. A gateway may sweep those
 * that it owns and no others: today it owns all that are in its store, for it alone has the store.
 */
export type SweptLocks = 'all' | readonly LockId[]
