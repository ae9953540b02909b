import type { Log } from '#domain/ports.ts'
import type { OpeningId } from '#protocol/ids.ts'

/** Follows work to its end after its request was answered. What a store fault leaves behind, housekeeping takes up. */
export function goesOn(work: Promise<unknown>, openingId: OpeningId, deps: { readonly log: Log }): void {
  work.catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error)
    deps.log.error({ openingId, cause }, 'not stored after its request was answered')
  })
}
