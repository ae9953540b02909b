import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Service, StaffEntry } from '#http/contract/http-deps.ts'
import type { TlsFiles } from './listener-certificate.ts'

interface Addresses {
  readonly publicUrl: string | null
  readonly listeners: readonly {
    readonly host: string
    readonly port: number
    readonly serves: readonly Service[]
    readonly tls: TlsFiles | null
  }[]
}

/**
 * Where the staff sign in: at the public URL when that leads to a listener that serves them, else at the first one that does.
 *
 * @param urls one for each listener, in their order
 */
export function findStaffEntry({ publicUrl, listeners }: Addresses, urls: readonly string[]): StaffEntry | null {
  const atPublicUrl = leadsTo({ publicUrl, listeners })
  const index = listeners[atPublicUrl]?.serves.includes('staff')
    ? atPublicUrl
    : listeners.findIndex(({ serves }) => serves.includes('staff'))
  const [listener, own] = [listeners[index], urls[index]]
  if (listener === undefined || own === undefined) return null
  const url = index === atPublicUrl && publicUrl !== null ? publicUrl : reachable(own, publicUrl)
  return { url: url.replace(/\/$/, ''), certificateSha256: ownFingerprint(listener.tls) }
}

/** Addresses that lead nobody elsewhere to this machine. */
const HERE = /^(?:localhost|127[.].*|\[::1\]|0[.]0[.]0[.]0|\[::\])$/

/**
 * The console's page of alarms, for whoever reads of one on another machine; null where nobody would reach it from there.
 *
 * @param urls one for each listener, in their order; null when only a running gateway knows a port: each repeat of a
 *   message has to be the same, and so has what it links to
 */
export function alarmsPageUrl(addresses: Addresses, urls: readonly string[] | null): string | null {
  const entry = urls === null ? null : findStaffEntry(addresses, urls)
  return entry === null || HERE.test(new URL(entry.url).hostname) ? null : `${entry.url}/console/alarms`
}

/** The listener at the public URL's own port, or the first one, to which a proxy passes on. */
function leadsTo({ publicUrl, listeners }: Addresses): number {
  if (publicUrl === null) return 0
  const { protocol, port } = new URL(publicUrl)
  const wanted = Number(port || (protocol === 'https:' ? 443 : 80))
  const at = listeners.findIndex((one) => one.port === wanted && (one.tls !== null) === (protocol === 'https:'))
  return Math.max(0, at)
}

/** A listener at every address has none of its own; the public URL's name leads to this machine. */
function reachable(own: string, publicUrl: string | null): string {
  const url = new URL(own)
  if (!/^(?:0[.]0[.]0[.]0|\[::\])$/.test(url.hostname) || publicUrl === null) return own
  url.hostname = new URL(publicUrl).hostname
  return url.origin
}

/** Of a certificate that nobody else has signed: browsers warn of it, and its fingerprint tells that it is ours. */
function ownFingerprint(tls: TlsFiles | null): string | null {
  if (tls === null) return null
  try {
    const certificate = new X509Certificate(readFileSync(tls.certFile))
    return certificate.verify(certificate.publicKey) ? certificate.fingerprint256 : null
  } catch {
    return null
  }
}
