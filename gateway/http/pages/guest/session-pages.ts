import { helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Site } from '#http/contract/http-deps.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { renderPage } from '#http/pages/shared/layout.ts'
import { PLAIN } from '#http/pages/shared/plain-page.ts'
import type { Asking } from './asking.ts'

/** Between the identity provider and the key: goes on by itself, or by its button. */
export function handOverPage(
  site: Site,
  held: { handle: string; state: string },
  { words, requestId, here }: Asking,
): Html {
  const control = { kind: 'hand-over', ...held, label: words.goOn } as const
  return renderPage({ ...PLAIN, site, words, here, scene: 'signed-in', control, code: helpCodeOfRequest(requestId) })
}

export const signedOutPage = (site: Site, { words, requestId, here }: Asking): Html =>
  renderPage({ ...PLAIN, site, words, here, scene: 'signed-out', code: helpCodeOfRequest(requestId) })
