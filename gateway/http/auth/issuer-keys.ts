import { existsSync } from 'node:fs'
import { errors, type JWTVerifyGetKey } from 'jose'
import type { Log } from '#domain/ports.ts'
import type { Clock } from '#domain/time/clock.ts'
import { JwksFile, type JwksFileStatus } from './jwks-file.ts'
import { JwksSource, type JwksSourceStatus } from './jwks-source.ts'
import type { TokenIssuer } from './token-issuer.ts'

export interface IssuerKeysStatus extends JwksFileStatus {
  /** Null for a file that somebody puts there. */
  readonly source: JwksSourceStatus | null
}

export interface IssuerKeysDeps {
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof globalThis.fetch
}

/** The keys that one issuer's tokens are verified with, and nobody else's: a file, and where a newer one comes from. */
export class IssuerKeys {
  readonly #file: JwksFile
  readonly #source: JwksSource | null

  /** Rejects with one sentence when there is no key to verify with. */
  static async open(
    issuer: TokenIssuer,
    { clock, log, fetch = globalThis.fetch }: IssuerKeysDeps,
  ): Promise<IssuerKeys> {
    const { jwksFile: file, jwksUrl: url } = issuer
    const algorithms = new Set(issuer.algorithms)
    const source = url === null ? null : new JwksSource({ url, file, algorithms, clock, log, fetch })
    // The very first file may come from the source; a site that has one does not wait for it.
    if (source !== null && !existsSync(file)) await source.refresh()
    return new IssuerKeys(await JwksFile.open(file, algorithms, { clock, log }), source)
  }

  private constructor(file: JwksFile, source: JwksSource | null) {
    this.#file = file
    this.#source = source
  }

  /** Refreshes now and then, until the answer is called. */
  start(): () => void {
    return this.#source?.start() ?? (() => {})
  }

  async status(): Promise<IssuerKeysStatus> {
    await this.#file.current()
    return { ...this.#file.status(), source: this.#source?.status() ?? null }
  }

  /**
   * Verifies with the keys as they are, and once more with newer ones when the token has a key that nobody knows. So has
   * one whose signature fits no key: a provider may give its keys no names, or an old name to a new key.
   */
  async verified<T>(verify: (keySet: JWTVerifyGetKey) => Promise<T>): Promise<T> {
    try {
      return await verify(await this.#file.current())
    } catch (error) {
      if (!isOfUnknownKey(error) || !(await this.#source?.refreshForUnknownKey())) throw error
      return await verify(await this.#file.current(true))
    }
  }
}

const isOfUnknownKey = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed
