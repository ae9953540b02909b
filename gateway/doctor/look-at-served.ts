import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { Finding } from '#cli/context.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { readTls, type TlsFiles } from '#site/listener-certificate.ts'

interface TlsListener {
  readonly host: string
  readonly port: number
  readonly tls: TlsFiles | null
}

const ANSWER_WITHIN_MS = 2_000
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Of a gateway that runs: a certificate that was renewed is served only once the gateway has read it. */
export async function lookAtServed(listeners: readonly TlsListener[], nowMs: number): Promise<readonly Finding[]> {
  const found = await Promise.all(listeners.map((listener) => lookAtOne(listener, nowMs)))
  return found.flat()
}

async function lookAtOne({ host, port, tls }: TlsListener, nowMs: number): Promise<readonly Finding[]> {
  const onDisk = tls === null ? null : certificateOf(tls)
  if (tls === null || onDisk === null || port === 0) return []
  const served = await servedAt(LOOPBACK[host] ?? host, port)
  if (served === null || served.fingerprint256 === onDisk.fingerprint256) return []
  const endsMs = Date.parse(served.validTo)
  const ends = `${endsMs <= nowMs ? 'ended' : 'ends'} ${new Date(endsMs).toISOString()}`
  return [
    {
      ...{ id: 'certificate-not-read', severity: endsMs <= nowMs ? 'critical' : 'warning' },
      what: `The gateway that runs serves another certificate than ${tls.certFile}: one that ${ends}.`,
      advice: 'Send the gateway SIGHUP: it reads its certificates again, and no connection ends.',
    },
  ]
}

/** Null for what can't be read: it is told with the files. */
function certificateOf(files: TlsFiles): X509Certificate | null {
  try {
    const pair = readTls(files)
    return pair === null ? null : new X509Certificate(pair.cert)
  } catch (error) {
    if (error instanceof StartupError) return null
    throw error
  }
}

/** Whoever it is issued to and by: only which one it is matters. Null without an answer in time. */
function servedAt(host: string, port: number): Promise<X509Certificate | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, ...(isIP(host) === 0 && { servername: host }) })
    const end = (certificate: X509Certificate | null): void => {
      resolve(certificate)
      socket.destroy()
    }
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(null))
    socket.once('error', () => end(null))
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate() ?? null))
  })
}
