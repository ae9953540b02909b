import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

const ISSUER = 'https://identity.test.invalid'
const AUDIENCE = 'latchkey-test'

/** An identity provider whose keys lie in a file: it says who its users are. */
export class Identity {
  readonly jwt: { jwksFile: string; issuer: string; audience: string }
  readonly #dir: string
  readonly #key: CryptoKey

  private constructor(dir: string, jwksFile: string, key: CryptoKey) {
    this.#dir = dir
    this.#key = key
    this.jwt = { jwksFile, issuer: ISSUER, audience: AUDIENCE }
  }

  static async start(): Promise<Identity> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const dir = mkdtempSync(path.join(tmpdir(), 'latchkey-identity-'))
    const jwksFile = path.join(dir, 'jwks.json')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
    writeFileSync(jwksFile, JSON.stringify({ keys: [jwk] }))
    return new Identity(dir, jwksFile, privateKey)
  }

  async tokenOf(userId: string, claims: Record<string, unknown> = {}): Promise<string> {
    return await new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#key)
  }

  close(): void {
    rmSync(this.#dir, { recursive: true, force: true })
  }
}
