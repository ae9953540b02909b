import type { FastifyReply, FastifyRequest } from 'fastify'
import { helpCodeOf, helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { type Control, type GuestPage, renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import { keyInUrl } from '#http/requests/key-in-url.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import { wordsFor } from '#http/words/languages.ts'
import { pageOfReason } from './scenes.ts'

/** What a page that asks for a sign-in needs of it. */
export interface SignInOnPages {
  offer(request: FastifyRequest, reply: FastifyReply): { readonly href: string | null; readonly state: string } | null
}

/** Whoever asks for a foreign host may be a page that borrowed our address: it learns nothing of this place. */
const NOWHERE: Site = { id: '', name: 'Door', organization: null, timeZone: 'UTC', contact: null, logo: () => null }

/** A refusal that says nothing about the key: no door, no window. */
export function refusalPage(site: Site, refusal: Refusal, reply: FastifyReply, signIn: SignInOnPages): Html {
  const { request } = reply
  const { reason, page, extra } = refusal
  const words = wordsFor(request)
  const { scene, noWayBack, asksWho } = pageOfReason(reason)
  const way = noWayBack ? null : page === undefined ? wayBack(request) : page.back
  const back: Control | null = way === null ? null : { kind: 'link', href: way, label: words.backToKey }
  const asked = page === undefined && asksWho ? askToSignIn(words, signIn.offer(request, reply)) : {}
  return renderPage({
    ...PLAIN,
    site: reason === 'foreign-host' ? NOWHERE : site,
    words,
    scene: page?.scene ?? scene,
    control: back,
    code: extra === undefined ? helpCodeOfRequest(request.id) : helpCodeOf(extra.openingId),
    signedInFor: reason === 'not-whitelisted' && request.sessionToken !== null ? keyInUrl(request) : null,
    ...asked,
  })
}

function askToSignIn(words: GuestWords, offer: ReturnType<SignInOnPages['offer']>): Partial<GuestPage> {
  if (offer === null) return { control: null }
  const { href, state } = offer
  if (href === null) return { control: null, after: [words.signInByApp], signInState: state }
  return { control: { kind: 'link', href, label: words.signIn }, signInState: state }
}

/** To the key; null on its own page. */
function wayBack(request: FastifyRequest): string | null {
  const uuid = keyInUrl(request)
  if (uuid === null) return null
  const page = `/temp-keys/${uuid}`
  return (request.raw.url ?? '').toLowerCase() === page && request.method === 'GET' ? null : page
}
