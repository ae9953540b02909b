import { helpCodeOf, helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import type { Control, GuestPage } from '#http/pages/shared/guest-page.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import type { Asking } from './asking.ts'
import { callLeads, pageOfReason } from './scenes.ts'

/** How a page asks a person to sign in. */
export interface SignInOffered {
  /** Null where no link leads there. */
  readonly href: string | null
  /** For an app that shows the page and has a token of its own. */
  readonly state: string
}

/** Whoever asks for a foreign host may be a page that borrowed our address: it learns nothing of this place. */
const nowhere = ({ door }: GuestWords): Site => ({
  ...{ id: '', name: door, organization: null, timeZone: 'UTC', contact: null, logo: () => null },
})

/**
 * A refusal that says nothing about the key: no door, no window.
 *
 * @param offer called only where a page asks who somebody is, because it sets a cookie
 */
export function refusalPage(site: Site, refusal: Refusal, asking: Asking, offer: () => SignInOffered | null): Html {
  const { reason, page, extra } = refusal
  const { words, key, requestId } = asking
  const { scene, noWayBack, asksWho } = pageOfReason(reason)
  const way = noWayBack ? null : page === undefined ? wayBack(asking) : page.back
  const back: Control | null = way === null ? null : { kind: 'link', href: way, label: words.backToKey }
  const asked = page === undefined && asksWho ? askToSignIn(words, offer()) : {}
  const shown = page?.scene ?? scene
  return renderPage({
    ...PLAIN,
    site: reason === 'foreign-host' ? nowhere(words) : site,
    words,
    here: asking.here,
    scene: shown,
    control: back,
    callLeads: callLeads(shown),
    code: extra === undefined ? helpCodeOfRequest(requestId) : helpCodeOf(extra.openingId),
    signedInFor: reason === 'not-whitelisted' && asking.isSignedIn ? key : null,
    ...asked,
    ...(reason === 'rate-limited' ? waitOut(refusal.retryAfterS ?? null, asking) : {}),
  })
}

function askToSignIn(words: GuestWords, offer: SignInOffered | null): Partial<GuestPage> {
  if (offer === null) return { control: null }
  const { href, state } = offer
  if (href === null) return { control: null, after: [words.signInByApp], signInState: state }
  return { control: { kind: 'link', href, label: words.signIn }, signInState: state }
}

/** The wait, counted down; the page of a key comes back by itself when it is over. */
function waitOut(retryAfterS: number | null, { words, key }: Asking): Partial<GuestPage> {
  if (retryAfterS === null) return {}
  const leftMs = retryAfterS * 1_000
  const countdown = { label: words.againIn, leftMs }
  if (key === null) return { countdown }
  const self = `/temp-keys/${key}`
  return {
    countdown,
    changes: { self, key: self, shows: '', checkEveryS: null, opening: null, changesInMs: leftMs },
    refresh: { afterS: retryAfterS + 1, href: self },
    plainLink: { href: self, label: words.backToKey },
  }
}

/** To the key; null on its own page. */
const wayBack = ({ key, isOnKeyPage }: Asking): string | null =>
  key === null || isOnKeyPage ? null : `/temp-keys/${key}`
