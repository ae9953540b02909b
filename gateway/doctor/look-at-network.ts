import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, isIP } from 'node:net'
import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { configuredBroker, configuredPublicUrl, unreachableBroker, unreachablePages } from '#config/derived.ts'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { readTls, type TlsFiles } from '#site/listener-certificate.ts'
import { lookAtServed } from './look-at-served.ts'

const ENDING_WITHIN_MS = 21 * 86_400_000

/** Addresses, ports and certificates. @param isRunning the gateway has its ports then */
export async function lookAtNetwork(config: Config, isRunning: boolean, nowMs: number): Promise<readonly Finding[]> {
  const ports = isRunning ? [] : await takenPorts(config)
  return [
    ...addresses(config),
    ...config.http.listeners.flatMap(({ tls }) => certificate(config, tls, nowMs)),
    ...ports,
    ...(isRunning ? await lookAtServed(config.http.listeners, nowMs) : []),
  ]
}

function addresses(config: Config): Finding[] {
  const publicUrl = configuredPublicUrl(config)
  const pages = publicUrl === null ? null : unreachablePages(publicUrl)
  const boards = unreachableBroker(config, configuredBroker(config).host)
  return [
    ...(pages === null
      ? []
      : [{ id: 'public-url', severity: 'warning' as const, what: 'No phone reaches the pages.', advice: `${pages}.` }]),
    ...(boards === null
      ? []
      : [
          {
            id: 'broker-address',
            severity: 'warning' as const,
            what: 'No board elsewhere reaches the broker.',
            advice: `${boards}.`,
          },
        ]),
  ]
}

function certificate({ http }: Config, files: TlsFiles | null, nowMs: number): Finding[] {
  if (files === null) return []
  const { certFile } = files
  try {
    const pair = readTls(files)
    if (pair === null) return []
    const read = new X509Certificate(pair.cert)
    const host = http.publicUrl === null ? null : new URL(http.publicUrl).hostname.replaceAll(/[[\]]/g, '')
    const endsMs = Date.parse(read.validTo)
    const isOver = endsMs <= nowMs
    const names = host === null || (isIP(host) === 0 ? read.checkHost(host) : read.checkIP(host)) !== undefined
    return [
      ...(endsMs - nowMs > ENDING_WITHIN_MS
        ? []
        : [
            {
              ...{ id: 'certificate-ends', severity: isOver ? ('critical' as const) : ('warning' as const) },
              what: `The certificate ${certFile} ${isOver ? 'ended' : 'ends'} ${new Date(endsMs).toISOString()}.`,
              advice: 'Renew it, then send the gateway SIGHUP.',
            },
          ]),
      ...(names
        ? []
        : [
            {
              ...{ id: 'certificate-name', severity: 'critical' as const },
              what: `The certificate ${certFile} is not for ${host}: browsers refuse the page.`,
              advice: 'Get one for the host of http.publicUrl, or set that to a name that the certificate has.',
            },
          ]),
    ]
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    return [
      {
        id: 'certificate',
        severity: 'critical',
        what: `${error.message}.`,
        advice: 'The gateway does not start without.',
      },
    ]
  }
}

/** Ports that another program has, while no gateway runs. */
async function takenPorts({ http, broker: own }: Config): Promise<Finding[]> {
  const wanted = [...http.listeners, ...(own.mode === 'embedded' ? [own] : [])].filter(({ port }) => port !== 0)
  const found: Finding[] = []
  for (const { host, port } of wanted) {
    const code = await listenProblem(host, port)
    if (code === null) continue
    const what = `Port ${port} at ${host} can’t be had (${code}): the gateway would not start.`
    found.push({
      id: 'port',
      severity: 'critical',
      what,
      advice: 'End the program that has it, or name another port in the config.',
    })
  }
  return found
}

async function listenProblem(host: string, port: number): Promise<string | null> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
    return null
  } catch (error) {
    return systemErrorCode(error) ?? 'no access'
  } finally {
    server.close()
  }
}
