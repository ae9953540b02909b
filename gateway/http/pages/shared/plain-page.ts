import { NO_GUIDE } from './door-guide.ts'
import type { GuestPage } from './guest-page.ts'

/** Defaults for the parts that most pages do without; a page overrides what it has. */
export const PLAIN = {
  here: null,
  said: [],
  after: [],
  door: null,
  guide: NO_GUIDE,
  facts: [],
  countdown: null,
  control: null,
  callLeads: false,
  plainLink: null,
  changes: null,
  refresh: null,
  signedInFor: null,
  signInState: null,
} as const satisfies Partial<GuestPage>
