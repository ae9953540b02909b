import type { Database } from 'better-sqlite3'
import type { SiteId } from '#protocol/ids.ts'

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
