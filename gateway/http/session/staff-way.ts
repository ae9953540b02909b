import { BlockList, isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Listener } from '#http/contract/http-deps.ts'

/**
 * How a browser of the staff comes here. `secure`: over TLS, ours or a proxy's. `loopback`: on this machine. `open`: anybody on
 * the way can read the session and take it.
 */
export type StaffWay = 'secure' | 'loopback' | 'open'

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

export function staffWayOf(
  request: FastifyRequest,
  listener: Pick<Listener, 'tls' | 'publicUrlHost'>,
  site: { readonly publicUrl: string | null; readonly trustsProxies: boolean },
): StaffWay {
  if (listener.tls !== null) return 'secure'
  // What a proxy says counts from those alone that the config names; Fastify has judged that.
  const saysHow = site.trustsProxies && request.headers['x-forwarded-proto'] !== undefined
  if (saysHow && request.protocol === 'https') return 'secure'
  const host = URL.parse(`http://${request.headers.host ?? ''}`)
  const isPublicUrl = host !== null && host.host === hostOf(listener.publicUrlHost)
  if (!saysHow && isPublicUrl && site.publicUrl?.startsWith('https:') === true) return 'secure'
  const isHere = host !== null && LOOPBACK_NAMES.has(host.hostname) && isLoopback(request.ip)
  return isHere ? 'loopback' : 'open'
}

const hostOf = (host: string | null): string | null =>
  host === null ? null : (URL.parse(`http://${host}`)?.host ?? null)

const isLoopback = (address: string): boolean => {
  const plain = address.replace(/^::ffff:/i, '')
  return LOOPBACK.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6')
}
