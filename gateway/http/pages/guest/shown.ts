import type { Opening } from '#domain/openings/opening.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Reason } from '#http/contract/reasons.ts'
import type { TempKeyView } from '#http/shapes/temp-key-view.ts'
import type { GuestWords } from '#http/words/guest-words.ts'

/** What came of the tap that the page is shown after; null when it is just looked at. */
export type Attempt =
  | { readonly opening: Opening }
  | { readonly reason: Reason; readonly retryAfterS: number | null }
  | null

/** What the page of a key is made of. */
export interface Shown {
  readonly site: Site
  readonly view: TempKeyView
  readonly words: GuestWords
  readonly attempt: Attempt
  /** The one that the page tells of. */
  readonly opening: Opening | null
  readonly nowMs: number
}
