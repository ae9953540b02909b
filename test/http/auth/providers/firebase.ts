import type { ProviderTokens } from './provider-tokens.ts'

export const firebase: ProviderTokens = {
  provider: 'Firebase',
  keyMembers: { use: 'sig', alg: 'RS256' },
  people: [
    {
      ...{ what: 'by ID token', userId: 'zC1a6bQ9mXfV2sWn0LpKtR3yEuH2' },
      header: { alg: 'RS256', typ: 'JWT' },
      claims: {
        ...{ iss: 'https://securetoken.google.com/north-house', aud: 'north-house', auth_time: 1_795_512_000 },
        ...{ sub: 'zC1a6bQ9mXfV2sWn0LpKtR3yEuH2', user_id: 'zC1a6bQ9mXfV2sWn0LpKtR3yEuH2', admin: true },
        ...{ email: 'ada@example.org', email_verified: false, org_id: 'north' },
        firebase: { identities: { email: ['ada@example.org'] }, sign_in_provider: 'password' },
      },
    },
  ],
  programs: [],
}
