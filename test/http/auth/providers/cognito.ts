import type { ProviderTokens } from './provider-tokens.ts'

const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Nq3VwXy7Z'

export const cognito: ProviderTokens = (() => {
  const header = { alg: 'RS256' }
  const [sub, client] = ['88c19360-b021-7099-0d14-e635c047bb39', '7lq2kd0h4v9s8e5m3r6t1u0pab']
  const all = { iss: POOL, auth_time: 1_795_512_000, jti: '2570b096-825b-4667-8c03-c16de3db3f42' }
  const signedIn = { sub, origin_jti: 'b8fe5562', event_id: '6329561a', 'cognito:groups': ['staff'] }
  return {
    provider: 'Amazon Cognito',
    keyMembers: { use: 'sig', alg: 'RS256' },
    people: [
      {
        ...{ what: 'by access token', userId: sub, header },
        claims: {
          ...{ ...all, ...signedIn, version: 2, client_id: client, token_use: 'access', username: 'ada' },
          scope: 'openid profile aws.cognito.signin.user.admin',
        },
      },
      {
        ...{ what: 'by ID token', userId: sub, header },
        claims: {
          ...{ ...all, ...signedIn, aud: client, token_use: 'id', at_hash: 'h', 'cognito:username': 'ada' },
          ...{ email: 'ada@example.org', email_verified: true },
        },
      },
    ],
    programs: [],
    unmarked: [
      {
        ...{ what: 'by client credentials', userId: client, header },
        claims: {
          ...all,
          sub: client,
          client_id: client,
          token_use: 'access',
          version: 2,
          scope: 'latchkey/keys:read',
        },
      },
    ],
  }
})()
