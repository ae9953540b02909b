import type { IncomingMessage } from 'node:http'
import { headerValues } from '#http/requests/header-values.ts'

const WHOLE_URL = /^https?:\/\/([^/?#]*)(.*)$/is

/**
 * A client that takes us for its proxy asks for a whole URL. The host named there counts and Host is ignored (RFC 9112,
 * section 3.2.2); so from here on it is a request like all others, and is judged like them. One without a Host, or with
 * two, stays the wrong request that it is.
 */
export function toOriginForm(request: IncomingMessage): void {
  if (request.url === undefined || request.url.startsWith('/')) return
  const [, authority, rest] = WHOLE_URL.exec(request.url) ?? []
  if (authority === undefined || rest === undefined) return
  request.url = rest.startsWith('/') ? rest : `/${rest}`
  if (headerValues(request, 'host').length !== 1) return
  const at = request.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  request.rawHeaders[at + 1] = authority
  request.headers.host = authority
}
