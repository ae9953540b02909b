import type { FastifyRequest } from 'fastify'
import { helpCodeOfRequest } from '#domain/openings/help-code.ts'
import type { Site } from '#http/contract/http-deps.ts'
import { type Reason, reasonEntry } from '#http/contract/reasons.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { type Html, html } from '#http/pages/shared/html.ts'
import type { ConsoleWords } from '#http/words/console/console-words.ts'
import { consolePage } from './console-page.ts'
import { CONSOLE } from './console-paths.ts'
import { outsideFrame } from './outside-frame.ts'

/** For looks alone: who may see a page of the console is decided by the place of its route. */
export const isOfConsole = ({ raw }: FastifyRequest): boolean => /^\/console(?:[/?]|$)/.test(raw.url ?? '')

/** Why somebody in the console does not get what was asked for. */
export function consoleRefusalPage(
  request: FastifyRequest,
  site: Pick<Site, 'name' | 'timeZone'>,
  { reason, details = [] }: Refusal,
): Html {
  const frame = outsideFrame(request, site, CONSOLE.home)
  const { words } = frame
  const wrong = details.map(({ field, message }) => html`<li>${field}: ${message}</li>`)
  const list = wrong.length === 0 ? null : html`<ul>${wrong}</ul>`
  const content = html`<div class="notice bad" role="alert"><p>${sentenceOf(reason, request, words)}</p>${list}</div><p><a class="button quiet" href="${CONSOLE.home}">${words.signIn.refusals.back}</a></p>`
  return consolePage({ frame, title: words.signIn.refusals.title, place: null, content, stream: null })
}

function sentenceOf(reason: Reason, request: FastifyRequest, { signIn, form }: ConsoleWords): string {
  const { refusals } = signIn
  switch (reason) {
    case 'insufficient-scope':
      return form.notAllowed
    case 'form-stale':
      return form.stale
    case 'forbidden-origin':
      return refusals.otherSite
    case 'plain-http':
      return refusals.plainHttp
    case 'not-signed-in':
      return signIn.ended
    case 'rate-limited':
    case 'overloaded':
      return refusals.tooMany
    case 'store-failed':
      return refusals.notStored
    case 'invalid-request':
      return refusals.invalid
    default:
      return reasonEntry(reason).status === 404
        ? refusals.nothingHere
        : `${refusals.fault} ${helpCodeOfRequest(request.id)}.`
  }
}
