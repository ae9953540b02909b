import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { z } from 'zod'

const ISSUER = 'https://identity.demo.invalid'
const AUDIENCE = 'latchkey-demo'
const TOKEN_LIFE = '24h'

const privateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
})

/** The one user of the demo, with an identity provider of his own: its keys lie in the data directory. */
export class DemoUser {
  readonly userId = 'demo-user'
  readonly jwtConfig: { jwksFile: string; issuer: string; audience: string; algorithms: ['ES256'] }
  readonly #key: CryptoKey
  readonly #keyId: string

  private constructor(jwksFile: string, key: CryptoKey, keyId: string) {
    this.jwtConfig = { jwksFile, issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] }
    this.#key = key
    this.#keyId = keyId
  }

  /** A directory that is booted again keeps its user's key: what another demo there has given out stays good. */
  static async of(dataDir: string): Promise<DemoUser> {
    const keyFile = path.resolve(dataDir, 'demo-user-key.json')
    const jwksFile = path.resolve(dataDir, 'demo-jwks.json')
    if (!existsSync(keyFile)) {
      const { privateKey } = await generateKeyPair('ES256', { extractable: true })
      writeFileSync(keyFile, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 })
    }
    const { d, ...publicJwk } = privateJwk.parse(JSON.parse(readFileSync(keyFile, 'utf8')))
    const key = await importJWK({ ...publicJwk, d }, 'ES256')
    if (key instanceof Uint8Array) throw new TypeError('not a key pair')
    const kid = await calculateJwkThumbprint(publicJwk)
    writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }] }))
    return new DemoUser(jwksFile, key, kid)
  }

  async token(): Promise<string> {
    return await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: this.#keyId, typ: 'JWT' })
      .setSubject(this.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(TOKEN_LIFE)
      .sign(this.#key)
  }
}
