/** Why a token does not count: names of claims, never the token's own text. */
export class TokenRefused extends Error {}
