import type { FastifyRequest } from 'fastify'
import type { Site } from '#http/http-deps.ts'
import type { Refusal } from '#http/refusal.ts'
import { parseTempKeyUuid } from '#protocol/ids.ts'
import { wordsOfReason } from './guest-words.ts'
import { renderPage } from './layout.ts'

/** Whoever asks for a foreign host may be a page that borrowed our address: it learns nothing of this place. */
const NOWHERE: Site = { id: '', name: 'Door', organization: null, timeZone: 'UTC' }
/** The page of that key would say the same. */
const NO_WAY_BACK: ReadonlySet<string> = new Set(['key-not-found', 'malformed-uuid', 'foreign-host'])

/** A refusal that says nothing about the key: no door, no window. */
export function refusalPage(site: Site, { reason }: Refusal, request: FastifyRequest): string {
  const { tone, headline, text } = wordsOfReason(reason)
  const way = NO_WAY_BACK.has(reason) ? null : wayBack(request)
  return renderPage({
    site: reason === 'foreign-host' ? NOWHERE : site,
    tone,
    headline,
    text: [text],
    door: null,
    facts: [],
    button: null,
    link: way === null ? null : { href: way, label: 'Back to your key' },
    refreshAfterS: null,
    requestId: request.id,
  })
}

/** From each path below a key, served or not, to the key; null on its own page. */
function wayBack(request: FastifyRequest): string | null {
  const url = request.raw.url ?? ''
  const [, first, second] = url.split(/[/?#]/, 3)
  const uuid = first === 'temp-keys' && second !== undefined ? parseTempKeyUuid(second) : null
  if (uuid === null) return null
  const page = `/temp-keys/${uuid}`
  return url.toLowerCase() === page && request.method === 'GET' ? null : page
}
