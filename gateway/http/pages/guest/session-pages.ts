import type { FastifyRequest } from 'fastify'
import { helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import { wordsFor } from '#http/words/languages.ts'

/** Between the identity provider and the key: goes on by itself, or by its button. */
export function handOverPage(site: Site, held: { handle: string; state: string }, request: FastifyRequest): Html {
  const words = wordsFor(request)
  const control = { kind: 'hand-over', ...held, label: words.goOn } as const
  return renderPage({ ...PLAIN, site, words, scene: 'signed-in', control, code: helpCodeOfRequest(request.id) })
}

export const signedOutPage = (site: Site, request: FastifyRequest): Html =>
  renderPage({ ...PLAIN, site, words: wordsFor(request), scene: 'signed-out', code: helpCodeOfRequest(request.id) })
