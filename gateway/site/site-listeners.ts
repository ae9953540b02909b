import type { FastifyInstance } from 'fastify'
import type { Log } from '#domain/ports.ts'
import type { Listener, Service } from '#http/contract/http-deps.ts'
import { ListenerCertificate, readTls, type TlsFiles } from './listener-certificate.ts'
import { listen } from './listening.ts'

interface Addresses {
  readonly publicUrl: string | null
  readonly listeners: readonly {
    readonly host: string
    readonly port: number
    readonly serves: readonly Service[]
    readonly tls: TlsFiles | null
  }[]
}

interface Deps {
  readonly appOf: (listener: Listener) => Promise<FastifyInstance>
  /** Called before a port is opened, so that one that can't be opened leaves none behind. */
  readonly closeLater: (close: () => Promise<void>) => void
  readonly log: Log
}

export interface SiteListeners {
  /** One URL per listener, in the order of the config. */
  readonly urls: readonly string[]
  /** Base of the links that guests get, without a slash at its end. */
  readonly publicUrl: string
  readonly certificates: readonly ListenerCertificate[]
}

/** Opens every listener of the config. Rejects with one line that says which can't be had, and what to do. */
export async function openListeners(
  { listeners, publicUrl }: Addresses,
  { appOf, closeLater, log }: Deps,
): Promise<SiteListeners> {
  const urls: string[] = []
  const certificates: ListenerCertificate[] = []
  const publicUrlHost = publicUrl === null ? null : new URL(publicUrl).host
  for (const { host, port, serves, tls } of listeners) {
    const promisesTls = tls !== null && publicUrl?.startsWith('https:') === true
    const shown = { serves: new Set(serves), promisesTls, publicUrlHost }
    const app = await appOf({ kind: 'network', tls: readTls(tls), ...shown })
    closeLater(() => app.close())
    urls.push(await listen(app, host, port, tls === null ? 'http' : 'https'))
    if (tls !== null) certificates.push(new ListenerCertificate(app.server, tls, log))
  }
  return { urls, certificates, publicUrl: (publicUrl ?? urls[0] ?? '').replace(/\/$/, '') }
}
