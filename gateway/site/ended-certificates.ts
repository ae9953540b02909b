import { X509Certificate } from 'node:crypto'
import { StartupError } from '#runtime/startup-error.ts'
import { readTls, type TlsFiles } from './listener-certificate.ts'

export interface EndedCertificate {
  readonly certFile: string
  readonly endedAtMs: number
}

/** Of listeners, those whose certificate no browser takes any more: the gateway serves all the same, and says so. */
export function endedCertificates(
  listeners: readonly { readonly tls: TlsFiles | null }[],
  nowMs: number,
): readonly EndedCertificate[] {
  return listeners.flatMap(({ tls }) => {
    const endedAtMs = tls === null ? null : endMsOf(tls)
    return tls === null || endedAtMs === null || endedAtMs > nowMs ? [] : [{ certFile: tls.certFile, endedAtMs }]
  })
}

/** Null for what can't be read: whoever starts with it is told elsewhere. */
function endMsOf(files: TlsFiles): number | null {
  try {
    const pair = readTls(files)
    return pair === null ? null : Date.parse(new X509Certificate(pair.cert).validTo)
  } catch (error) {
    if (error instanceof StartupError) return null
    throw error
  }
}
