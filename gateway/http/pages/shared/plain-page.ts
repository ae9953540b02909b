import type { GuestPage } from './layout.ts'

/** What most pages have not; each states its difference. */
export const PLAIN = {
  said: [],
  after: [],
  door: null,
  facts: [],
  countdownMs: null,
  control: null,
  plainLink: null,
  changes: null,
  refreshAfterS: null,
  signedInFor: null,
  signInState: null,
} as const satisfies Partial<GuestPage>
