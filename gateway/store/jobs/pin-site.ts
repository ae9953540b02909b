import type { SiteId } from '#protocol/ids.ts'
import type { Transaction } from '#store/tables/transaction.ts'

/** `other-site`: locks of this store were flashed with another name, and refuse every command from any other. */
export type PinnedSite = { readonly kind: 'pinned' } | { readonly kind: 'other-site'; readonly pinned: string }

/** A store keeps the first name that it is opened with, as long as any lock has been flashed with it. */
export function pinSite(tx: Transaction, { siteId }: { readonly siteId: SiteId }): PinnedSite {
  const pinned = tx.pinnedSite()
  if (pinned === siteId) return { kind: 'pinned' }
  if (pinned !== null && tx.hasFlashedLock()) return { kind: 'other-site', pinned }
  tx.writePinnedSite(siteId)
  return { kind: 'pinned' }
}
