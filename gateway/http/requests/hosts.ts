import type { IncomingMessage, Server } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { Reason } from '#http/contract/reasons.ts'
import { headerValues } from './header-values.ts'

/** Interfaces come and go (DHCP), so they are asked again, but not by every stranger's request. */
const INTERFACES_KNOWN_FOR_MS = 5_000

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/**
 * A page of another site can give its own name our address (DNS rebinding) and then read our answers as its own: only
 * the public URL's host and this listener's own addresses are answered for. Ports are not compared: a forwarded port
 * is an honest way in, and the name alone decides.
 */
export function createHostRule(server: Server, publicUrlHost: string | null): (raw: IncomingMessage) => Reason | null {
  const publicName = publicUrlHost === null ? null : hostNameOf(publicUrlHost)
  const interfaces = new InterfaceAddresses()
  const boundTo = createBoundTo(server)
  // Callers of a busy site name it in one way: the last Host that was parsed is usually the next one.
  let last: { host: string; name: string | null } = { host: '', name: null }
  return (raw) => {
    const values = headerValues(raw, 'host')
    const [host] = values
    if (values.length !== 1 || host === undefined) return 'bad-http'
    if (host !== last.host) last = { host, name: hostNameOf(host) }
    const { name } = last
    if (name === null) return 'foreign-host'
    if (name === publicName || isOwnName(name, boundTo(), interfaces)) return null
    return 'foreign-host'
  }
}

/** Asked of the system once: where a server listens does not change while it does. Null while it does not listen. */
function createBoundTo(server: Server): () => string | null {
  let bound: string | null = null
  server.once('close', () => {
    bound = null
  })
  return () => {
    if (bound !== null) return bound
    const address = server.address()
    bound = address === null || typeof address === 'string' ? null : address.address
    return bound
  }
}

function isOwnName(name: string, bound: string | null, interfaces: InterfaceAddresses): boolean {
  // Not listening: a request from inside this process.
  if (bound === null) return LOOPBACK_NAMES.has(name)
  if (WILDCARDS.has(bound)) return LOOPBACK_NAMES.has(name) || interfaces.has(name)
  return name === urlHostOf(bound) || (LOOPBACK_NAMES.has(urlHostOf(bound)) && LOOPBACK_NAMES.has(name))
}

/** The host as a URL has it: lower case, IPv6 in brackets and shortest form, no port. Null if it is no host. */
function hostNameOf(host: string): string | null {
  if (!/^[A-Za-z0-9.\-_:[\]]{1,260}$/.test(host)) return null
  return URL.parse(`http://${host}/`)?.hostname ?? null
}

const urlHostOf = (address: string): string => (address.includes(':') ? `[${address}]` : address)

class InterfaceAddresses {
  #known: ReadonlySet<string> = new Set()
  #askedAtMs = Number.NEGATIVE_INFINITY

  has(name: string): boolean {
    const nowMs = performance.now()
    if (!this.#known.has(name) && nowMs - this.#askedAtMs >= INTERFACES_KNOWN_FOR_MS) {
      const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
      this.#known = new Set(addresses.map(({ address }) => urlHostOf(address)))
      this.#askedAtMs = nowMs
    }
    return this.#known.has(name)
  }
}
