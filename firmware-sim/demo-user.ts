import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'

const ISSUER = 'https://identity.demo.invalid'
const AUDIENCE = 'latchkey-demo'
const KEY_ID = 'demo'
const TOKEN_LIFE = '24h'

/** The one user of the demo, with an identity provider of his own: its public key lies in the data directory. */
export class DemoUser {
  readonly userId = 'demo-user'
  readonly jwtConfig: { jwksFile: string; issuer: string; audience: string; algorithms: ['ES256'] }
  readonly #key: CryptoKey

  private constructor(jwksFile: string, key: CryptoKey) {
    this.jwtConfig = { jwksFile, issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] }
    this.#key = key
  }

  static async create(dataDir: string): Promise<DemoUser> {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwksFile = path.resolve(dataDir, 'demo-jwks.json')
    writeFileSync(
      jwksFile,
      JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'ES256', use: 'sig' }] }),
    )
    return new DemoUser(jwksFile, privateKey)
  }

  async token(): Promise<string> {
    return await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: KEY_ID, typ: 'JWT' })
      .setSubject(this.userId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(TOKEN_LIFE)
      .sign(this.#key)
  }
}
