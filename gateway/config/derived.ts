import { isIPv6 } from 'node:net'
import type { PreparedLimits } from '#domain/locks/prepared-locks.ts'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import type { Config } from './config.ts'
import { LOOPBACK } from './values.ts'

/** What the config says of requests, whichever listener they come to. */
export const requestRulesOf = ({
  http,
}: Config): Pick<HttpDeps, 'limits' | 'trustedProxies' | 'proxyNotice' | 'staffOverPlainHttp'> => ({
  limits: {
    failures: http.limits.failuresPerAddressPerMinute,
    commands: http.limits.commandsPerKeyPerMinute,
    calls: http.limits.callsPerCredentialPerMinute,
  },
  trustedProxies: http.trustProxy,
  staffOverPlainHttp: http.staffOverPlainHttp !== null,
  proxyNotice: { forwardedForIgnoredAtMs: null },
})

export const preparedLimitsOf = ({ locks }: Config): PreparedLimits => ({
  ofOne: locks.preparedPerOrganization,
  inAll: locks.preparedInAll,
})

/** The broker's address as the config has it; port 0 stands for one that is known only while the gateway runs. */
export function configuredBroker({ broker }: Config): { host: string; port: number } {
  if (broker.mode === 'embedded') return { host: broker.advertisedHost ?? broker.host, port: broker.port }
  const url = new URL(broker.url)
  return {
    host: broker.advertisedHost ?? url.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(url.port || (url.protocol === 'mqtts:' ? 8_883 : 1_883)),
  }
}

/**
 * What a person must set so that boards find the broker; null when its address can be reached from outside this machine. A
 * config whose broker listens everywhere and names no address is refused at the start.
 */
export function unreachableBroker({ broker }: Config, host: string): string | null {
  const isListeningHereAlone = broker.mode === 'embedded' && LOOPBACK.test(broker.host)
  if (!HERE.test(host)) {
    return isListeningHereAlone
      ? `the broker listens at ${broker.host}, on this machine alone: set broker.host to 0.0.0.0, unless something here passes on to it what comes to ${host}`
      : null
  }
  const toListen = isListeningHereAlone ? 'broker.host to 0.0.0.0 and ' : ''
  return `${host} reaches no further than this machine: set ${toListen}broker.advertisedHost to the address by which locks come to the broker, and flash them after it`
}

/** What a person must set so that phones find the pages; null when links name an address outside this machine. */
export function unreachablePages(publicUrl: string): string | null {
  if (!leadsHereAlone(publicUrl)) return null
  return `${publicUrl} reaches no further than this machine: set the host of a listener in http.listeners to 0.0.0.0 (with tls, or without "staff" in its serves), and http.publicUrl to the address that links begin with`
}

/** What a person must set so that phones find the console; null when its link names an address outside this machine. */
export function unreachableConsole(link: string): string | null {
  if (!leadsHereAlone(link)) return null
  return `${new URL(link).origin} leads nobody from elsewhere to this machine: give a listener that serves "staff" tls and a host of this machine in the network, or 0.0.0.0 with the address or name of this machine in http.publicUrl`
}

const leadsHereAlone = (url: string): boolean => HERE.test(new URL(url).hostname.replaceAll(/[[\]]/g, ''))

/** Addresses that lead nobody elsewhere to this machine. */
const HERE = /^(?:localhost|127[.].*|::1|0[.]0[.]0[.]0|::)$/

/** Each listener's URL as the config has it; null when only a running gateway knows a port. */
export function configuredUrls({ http }: Config): readonly string[] | null {
  if (http.listeners.some(({ port }) => port === 0)) return null
  return http.listeners.map(urlOf)
}

/** Base of links as the config has it; null when only a running gateway knows its port. */
export function configuredPublicUrl(config: Config): string | null {
  const {
    publicUrl,
    listeners: [first],
  } = config.http
  if (publicUrl !== null) return publicUrl.replace(/\/$/, '')
  if (first === undefined || first.port === 0) return null
  return urlOf(first)
}

const urlOf = ({ host, port, tls }: Config['http']['listeners'][number]): string =>
  `${tls === null ? 'http' : 'https'}://${isIPv6(host) ? `[${host}]` : host}:${port}`
