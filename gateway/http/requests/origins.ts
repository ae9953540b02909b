import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import { headerValues } from './header-values.ts'

const ACTS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * A page of another site made the browser act: it must not open a door, even with a link that it knows. Browsers say
 * so in Sec-Fetch-Site, older ones in Origin; programs send neither.
 */
export function isForeignPost(
  raw: IncomingMessage,
  publicUrlHost: string | null,
  /** One origin more that may post to this route, also with its name withheld; null for none. Asked of browsers alone. */
  alsoFrom: () => string | null = () => null,
): boolean {
  if (!ACTS.has(raw.method ?? '')) return false
  const site = onlyValue(raw, 'sec-fetch-site')
  const origin = onlyValue(raw, 'origin')
  if (origin !== undefined && isFrom(origin, alsoFrom())) return false
  switch (site) {
    case 'same-origin':
      return false
    // The person's own doing (`none`), or a browser that does not say.
    case 'none':
    case undefined:
      return origin !== undefined && !isOurs(origin, raw, publicUrlHost)
    case 'same-site':
      return origin === undefined || !isOurs(origin, raw, publicUrlHost)
    default:
      return true
  }
}

/**
 * An identity provider that sends `Referrer-Policy: no-referrer`, as Keycloak does, makes its form post say `null` for
 * its origin. So any page can say `null`: a route that takes it must do nothing until the person's own browser has proved
 * that it began what is finished there.
 */
const isFrom = (origin: string, named: string | null): boolean =>
  named !== null && (origin === named || origin === 'null')

/**
 * A page of ours made the browser act, and the browser says so. Where a cookie counts this is asked: a program says
 * nothing, and has no cookie.
 */
export function isOwnPost(raw: IncomingMessage, publicUrlHost: string | null): boolean {
  if (isForeignPost(raw, publicUrlHost)) return false
  return onlyValue(raw, 'sec-fetch-site') === 'same-origin' || onlyValue(raw, 'origin') !== undefined
}

/** The Host was found to be ours before; an Origin also has to have its port. */
function isOurs(origin: string, raw: IncomingMessage, publicUrlHost: string | null): boolean {
  const url = URL.parse(origin)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  // Whoever sits in the network can write a page at our name without TLS.
  if (url.protocol === 'http:' && raw.socket instanceof TLSSocket) return false
  return sameHost(url, raw.headers.host ?? '') || (publicUrlHost !== null && sameHost(url, publicUrlHost))
}

const sameHost = (url: URL, host: string): boolean => URL.parse(`${url.protocol}//${host}/`)?.host === url.host

/** A repeated header is a riddle; it is read as one value that is never ours. */
function onlyValue(raw: IncomingMessage, name: 'origin' | 'sec-fetch-site'): string | undefined {
  if (raw.headers[name] === undefined) return undefined
  const values = headerValues(raw, name)
  return values.length > 1 ? 'repeated' : values[0]
}
