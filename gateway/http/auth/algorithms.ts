/**
 * The algorithms that tokens may be signed with. Asymmetric only: with a shared secret the verifier's key would be a signing
 * key, and every holder could mint tokens.
 */
export const ALGORITHMS = [
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const NAMES: ReadonlySet<string> = new Set(ALGORITHMS)
export const isAlgorithm = (name: string): name is Algorithm => NAMES.has(name)

/** Those that a key of this curve can sign with. */
export const ALGORITHMS_OF_CURVE: Readonly<Record<string, readonly Algorithm[]>> = {
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}
export const RSA_ALGORITHMS: readonly Algorithm[] = ALGORITHMS.filter((name) => /^[RP]S/.test(name))
