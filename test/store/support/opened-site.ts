import type { StoredSighting } from '#domain/alarms/alarm.ts'
import { type OpenedStore, openStore } from '#store/open-store.ts'
import { StoreFaults } from '#store/writer/store-faults.ts'
import { atEndOfTest } from '#test/support/ends.ts'
import { putEmptyStore } from '#test/support/migrated-store.ts'
import { storeOptions, T0, temporaryDirectory } from './store-site.ts'

export interface StoreSite extends OpenedStore {
  readonly dataDir: string
  readonly faults: StoreFaults
  /** Of alarms, as they were told once they were stored. */
  readonly sightings: readonly StoredSighting[]
  /** Closes the store and opens it again on the same directory. */
  restart(nowMs?: number): Promise<OpenedStore>
}

/** A store in a directory of its own, gone when the test ends. */
export async function storeSite(): Promise<StoreSite> {
  const directory = temporaryDirectory()
  putEmptyStore(directory.path)
  const faults = new StoreFaults()
  const sightings: StoredSighting[] = []
  const saw = (seen: readonly StoredSighting[]) => void sightings.push(...seen)
  const options = { ...storeOptions(directory.path), saw, faults }
  let current = await openStore({ ...options, nowMs: T0 })
  atEndOfTest(async () => {
    await current.store.close()
    directory.remove()
  })
  const restart = async (nowMs = T0) => {
    await current.store.close()
    current = await openStore({ ...options, nowMs })
    return current
  }
  return { ...current, dataDir: directory.path, faults, sightings, restart }
}
