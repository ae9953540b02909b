import type { SiteId } from '#protocol/ids.ts'
import { StartupError } from '#runtime/startup-error.ts'
import type { OpenedStore } from '#store/open-store.ts'

/** The config's `site.id` stands in every topic and every signed message, and in the flash of every lock. */
export async function pinSite({ pinSite: pin }: Pick<OpenedStore, 'pinSite'>, siteId: SiteId): Promise<void> {
  const result = await pin(siteId)
  if (result.kind === 'pinned') return
  const [pinned, now] = [result.pinned, siteId].map((id) => JSON.stringify(id))
  throw new StartupError(
    `site.id is ${now}, and the locks of this store were flashed for ${pinned}: each of them would refuse every command. Put ${pinned} back; for another site, choose another dataDir`,
  )
}
