import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { TokenIssuer } from './token-issuer.ts'
import { TokenRefused } from './token-refused.ts'

/** For `nbf` and `iat`: how far the issuer's clock may be ahead of ours. `exp` has none: over is over. */
const AHEAD_MAX_S = 60
/** The `typ` of ID and access tokens, in lower case; a JWT that was made for another protocol has its own. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'])

export interface VerifiedPayload extends JWTPayload {
  readonly exp: number
}

/** What an issuer signed for us and for now. Every throw is a refusal, plain TypeErrors of the library's too. */
export async function verifiedPayload(
  token: string,
  keySet: JWTVerifyGetKey,
  { issuer, audience, algorithms }: Pick<TokenIssuer, 'issuer' | 'audience' | 'algorithms'>,
  nowMs: number,
): Promise<VerifiedPayload> {
  const { payload, protectedHeader } = await verifyWithAnyKey(token, keySet, {
    issuer: [...issuer],
    algorithms: [...algorithms],
    requiredClaims: ['exp'],
    clockTolerance: AHEAD_MAX_S,
    currentDate: new Date(nowMs),
  })
  const { typ } = protectedHeader
  if (typ !== undefined && !TYPES.has(String(typ).toLowerCase())) throw new TokenRefused('typ')
  const { exp, iat } = payload
  if (exp === undefined || exp * 1_000 <= nowMs) throw new TokenRefused('exp')
  if (iat !== undefined && iat * 1_000 > nowMs + AHEAD_MAX_S * 1_000) throw new TokenRefused('iat')
  refuseForOthers(payload, audience)
  return { ...payload, exp }
}

/** Cognito's access tokens, for instance, say which program they were issued to instead of whom they are for. */
function refuseForOthers({ aud, client_id: clientId, azp }: JWTPayload, audience: readonly string[]): void {
  if (aud !== undefined) {
    const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
    if (!audience.some((ours) => named.includes(ours))) throw new TokenRefused('claim aud is not ours')
    return
  }
  const programs = [clientId, azp].filter((program) => program !== undefined)
  if (programs.length === 0) throw new TokenRefused('no claim aud, client_id or azp')
  if (!programs.every((program) => audience.some((ours) => ours === program))) {
    throw new TokenRefused('claims client_id and azp are not ours')
  }
}

/** A check of a signature costs time that anybody can ask for: so many keys are tried for a token that names none. */
const TRIED_MAX = 64

/** A token without a `kid`, or keys without one, may fit several keys of the file: each is tried. */
async function verifyWithAnyKey(token: string, keySet: JWTVerifyGetKey, options: Parameters<typeof jwtVerify>[2]) {
  try {
    return await jwtVerify(token, keySet, options)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    let tried = 0
    for await (const key of error) {
      tried += 1
      if (tried > TRIED_MAX) break
      try {
        return await jwtVerify(token, key, options)
      } catch (each) {
        if (!(each instanceof errors.JWSSignatureVerificationFailed)) throw each
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}
