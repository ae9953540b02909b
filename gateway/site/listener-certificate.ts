import { readFileSync } from 'node:fs'
import { createSecureContext, Server as TlsServer } from 'node:tls'
import type { Log } from '#domain/ports.ts'
import type { Listener } from '#http/contract/http-deps.ts'
import { StartupError } from '#runtime/startup-error.ts'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** The certificate of a listener that runs: certificates end, and a door must not be shut while one is renewed. */
export class ListenerCertificate {
  readonly #server: object
  readonly #files: TlsFiles
  readonly #log: Log

  constructor(server: object, files: TlsFiles, log: Log) {
    this.#server = server
    this.#files = files
    this.#log = log
  }

  /** New connections get what the files hold now. Files that can't be used change nothing. */
  reload(): void {
    const { certFile } = this.#files
    try {
      const pair = readTls(this.#files)
      if (pair === null || !(this.#server instanceof TlsServer)) return
      this.#server.setSecureContext(pair)
      this.#log.info({ certFile }, 'certificate read again')
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      this.#log.error({ certFile, cause: error.message }, 'certificate not read again: the one before stays in use')
    }
  }
}

/** A listener's certificate and key; null for plain HTTP. */
export function readTls(files: TlsFiles | null): Listener['tls'] {
  if (files === null) return null
  const read = (file: string, what: string) => {
    try {
      return readFileSync(file)
    } catch {
      throw new StartupError(`cannot read ${what} ${file} of a listener: put the PEM there, readable by this user`)
    }
  }
  const pair = { cert: read(files.certFile, 'tls.certFile'), key: read(files.keyFile, 'tls.keyFile') }
  try {
    createSecureContext(pair)
  } catch {
    throw new StartupError(
      `${files.certFile} and ${files.keyFile} are no certificate and private key that belong together, in PEM`,
    )
  }
  return pair
}
