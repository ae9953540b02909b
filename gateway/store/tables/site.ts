import type { Database } from 'better-sqlite3'
import type { SiteId } from '#protocol/ids.ts'
import type { Transaction } from './transaction.ts'

/** `other-site`: locks of this store were flashed with another name, and refuse every command from any other. */
export type PinnedSite = { readonly kind: 'pinned' } | { readonly kind: 'other-site'; readonly pinned: string }

export function siteReads(database: Database) {
  const pinned = database.prepare<[], { siteId: string | null }>('SELECT site_id AS siteId FROM meta')
  return { pinnedSite: (): string | null => pinned.get()?.siteId ?? null }
}

export function siteWrites(database: Database) {
  const pin = database.prepare<[SiteId]>('UPDATE meta SET site_id = ?')
  const flashed = database.prepare<[], { one: 1 }>(`SELECT 1 AS one FROM locks WHERE public_key_pem <> '' LIMIT 1`)
  return {
    writePinnedSite: (siteId: SiteId): void => void pin.run(siteId),
    hasFlashedLock: (): boolean => flashed.get() !== undefined,
  }
}

/** A store keeps the first name that it is opened with, as long as any lock has been flashed with it. */
export function pinSite(tx: Transaction, siteId: SiteId): PinnedSite {
  const pinned = tx.pinnedSite()
  if (pinned === siteId) return { kind: 'pinned' }
  if (pinned !== null && tx.hasFlashedLock()) return { kind: 'other-site', pinned }
  tx.writePinnedSite(siteId)
  return { kind: 'pinned' }
}
