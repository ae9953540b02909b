import type { FastifyRequest } from 'fastify'
import { keyInUrl } from '#http/requests/key-in-url.ts'
import type { GuestWords } from '#http/words/guest-words.ts'
import { wordsFor } from '#http/words/languages.ts'
import type { TempKeyUuid } from '#protocol/ids.ts'

/** What a page has to know of the request that it answers. */
export interface Asking {
  readonly words: GuestWords
  readonly requestId: string
  /** With a token that counts here; whose it is has been judged before. */
  readonly isSignedIn: boolean
  /** The key that the URL is about. */
  readonly key: TempKeyUuid | null
  /** The address that shows this page again, relative; null where none does. */
  readonly here: string | null
  /** It is the key's own page that is got, so no way leads back to it. */
  readonly isOnKeyPage: boolean
}

export function askingOf(request: FastifyRequest): Asking {
  const key = keyInUrl(request)
  const isGet = request.method === 'GET' || request.method === 'HEAD'
  return {
    words: wordsFor(request),
    requestId: request.id,
    isSignedIn: request.sessionToken !== null,
    key,
    here: isGet ? '' : key === null ? null : `/temp-keys/${key}`,
    isOnKeyPage: isGet && isAt(request, `/temp-keys/${key}`),
  }
}

/** What shows the page in another language leads nowhere else; an attempt does. */
function isAt({ raw }: FastifyRequest, path: string): boolean {
  const [at = '', query = ''] = (raw.url ?? '').split('?', 2)
  return at.toLowerCase() === path && !new URLSearchParams(query).has('opening')
}
