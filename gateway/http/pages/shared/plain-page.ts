import { NO_GUIDE } from './door-guide.ts'
import type { GuestPage } from './layout.ts'

/** Defaults for the parts that most pages do without; a page overrides what it has. */
export const PLAIN = {
  said: [],
  after: [],
  door: null,
  guide: NO_GUIDE,
  facts: [],
  countdownMs: null,
  control: null,
  plainLink: null,
  changes: null,
  refreshAfterS: null,
  signedInFor: null,
  signInState: null,
} as const satisfies Partial<GuestPage>
