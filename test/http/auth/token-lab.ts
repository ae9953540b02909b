import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { TokenIssuer } from '#http/auth/token-issuer.ts'
import { createTokenVerifier, type TokenVerifier } from '#http/auth/token-verifier.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'
import { memoryLog } from '#test/http/support/route-site.ts'
import { tokenIssuer } from '#test/http/support/token-issuer.ts'

export const NOW_S = NOW_MS / 1_000
export const ISSUER = 'https://id.example.org/'
export const AUDIENCE = 'latchkey'
/** The claims of a token that is in order. */
export const GOOD = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: NOW_S, exp: NOW_S + 300 }

export type Pair = { privateKey: CryptoKey; publicKey: CryptoKey }

/** An issuer with two key pairs, and the file of keys that a site has of it: at first with the first one, named `first`. */
export class TokenLab {
  readonly first: Pair
  readonly second: Pair
  readonly log = memoryLog()
  elapsedMs = 0
  readonly #folder: string

  private constructor(folder: string, first: Pair, second: Pair) {
    this.#folder = folder
    this.first = first
    this.second = second
  }

  static async start(): Promise<TokenLab> {
    const [folder, first, second] = await Promise.all([
      mkdtemp(join(tmpdir(), 'latchkey-jwks-')),
      generateKeyPair('ES256', { extractable: true }),
      generateKeyPair('ES256', { extractable: true }),
    ])
    const lab = new TokenLab(folder, first, second)
    await lab.putKeys({ kid: 'first', pair: first })
    return lab
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true })
  }

  get jwksFile(): string {
    return join(this.#folder, 'jwks.json')
  }

  async jwks(...keys: { kid?: string; pair: Pair }[]): Promise<string> {
    return JSON.stringify({
      keys: await Promise.all(
        keys.map(async ({ kid, pair }) => ({
          ...(await exportJWK(pair.publicKey)),
          ...(kid === undefined ? {} : { kid }),
        })),
      ),
    })
  }

  async putKeys(...keys: { kid?: string; pair: Pair }[]): Promise<void> {
    await writeFile(this.jwksFile, await this.jwks(...keys))
  }

  verifier(difference: Partial<TokenIssuer> = {}): Promise<TokenVerifier> {
    const clock = { nowMs: () => NOW_MS, monotonicMs: () => this.elapsedMs, startTimer: () => () => {} }
    const issuer = tokenIssuer({ jwksFile: this.jwksFile, issuer: [ISSUER], audience: [AUDIENCE], ...difference })
    return createTokenVerifier([issuer], { clock, log: this.log.log })
  }

  sign(claims: object = {}, header: object = {}, pair: Pair = this.first): Promise<string> {
    return new SignJWT({ ...GOOD, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'first', ...header })
      .sign(pair.privateKey)
  }
}
