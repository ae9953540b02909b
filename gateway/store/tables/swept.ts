import type { SweptLocks } from '#domain/locks/swept-locks.ts'

/** That a row's `lock_id` is one of those that may be swept. */
export const IS_SWEPT = '(@locks IS NULL OR lock_id IN (SELECT value FROM json_each(@locks)))'

/** What `@locks` stands for. */
export const sweptParameter = (locks: SweptLocks): string | null => (locks === 'all' ? null : JSON.stringify(locks))
