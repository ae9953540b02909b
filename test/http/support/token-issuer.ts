import type { TokenIssuer } from '#http/auth/token-issuer.ts'

/** An issuer as the config makes it when nothing else is said. */
export const tokenIssuer = (
  difference: Partial<TokenIssuer> & Pick<TokenIssuer, 'jwksFile' | 'issuer' | 'audience'>,
): TokenIssuer => ({
  jwksUrl: null,
  algorithms: ['ES256'],
  userIdClaim: 'sub',
  idPrefix: '',
  organizationClaim: null,
  serviceMarks: [],
  scopePrefix: '',
  ...difference,
})
