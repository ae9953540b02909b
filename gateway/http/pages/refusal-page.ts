import type { FastifyRequest } from 'fastify'
import type { Site } from '#http/http-deps.ts'
import type { Refusal } from '#http/refusal.ts'
import { parseTempKeyUuid } from '#protocol/ids.ts'
import { wordsOfReason } from './guest-words.ts'
import { renderPage } from './layout.ts'

/** A refusal that says nothing about the key: no door, no window. */
export function refusalPage(site: Site, { reason }: Refusal, request: FastifyRequest): string {
  const { tone, headline, text } = wordsOfReason(reason)
  const uuid = uuidInPath(request.raw.url ?? '')
  return renderPage({
    site,
    tone,
    headline,
    text: [text],
    door: null,
    facts: [],
    button: null,
    link: uuid === null ? null : { href: `/temp-keys/${uuid}`, label: 'Back to your key' },
    refreshAfterS: null,
    requestId: request.id,
  })
}

/** The way back works for each path below a key, served or not. */
function uuidInPath(url: string): string | null {
  const [, first, second] = url.split(/[/?#]/, 3)
  return first === 'temp-keys' && second !== undefined ? parseTempKeyUuid(second) : null
}
