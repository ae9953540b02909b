import { CERTIFICATE, type ProviderTokens } from './provider-tokens.ts'

export const auth0: ProviderTokens = (() => {
  const header = { alg: 'RS256', typ: 'JWT' }
  const iss = 'https://north-house.eu.auth0.com/'
  const aud = 'https://latchkey.example'
  const app = 'kqJ7fPq2mZ0xGZ3aB8cDsT1vWyEuRi5o'
  const [sub, program] = ['auth0|6553da60a54af58e29493993', 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx']
  return {
    provider: 'Auth0',
    keyMembers: { use: 'sig', alg: 'RS256', ...CERTIFICATE },
    people: [
      {
        ...{ what: 'a member of an Organization, by access token', userId: sub, header },
        claims: {
          ...{ iss, sub, aud: [aud, 'https://north-house.eu.auth0.com/userinfo'], azp: app },
          ...{ scope: 'openid profile email', org_id: 'org_9ybsU1dN2dKfDkBi', permissions: [] },
        },
      },
      {
        ...{ what: 'the same in the RFC 9068 profile', userId: sub, header: { alg: 'RS256', typ: 'at+jwt' } },
        claims: {
          ...{ iss, sub, aud: [aud], client_id: app, jti: '73WakrfVbNJBaAmhQtEeDv' },
          ...{ scope: 'openid', org_id: 'org_9ybsU1dN2dKfDkBi' },
        },
      },
      {
        ...{ what: 'the same by ID token', userId: sub, header },
        claims: {
          ...{ iss, sub, aud: app, sid: 'u5nQ2kz6x8aLrF3s', nonce: 'n-0S6_WzA2Mj', org_id: 'org_9ybsU1dN2dKfDkBi' },
          ...{ nickname: 'ada', name: 'Ada', email: 'ada@example.org', email_verified: true },
          ...{ updated_at: '2026-11-24T09:00:00.000Z', picture: 'https://s.gravatar.com/avatar/1' },
        },
      },
      {
        ...{ what: 'somebody who signed in with a password and an app', userId: sub, header },
        claims: { iss, sub, aud, azp: app, scope: '', gty: 'password', org_id: 'org_9ybsU1dN2dKfDkBi' },
      },
    ],
    programs: [
      {
        ...{ what: 'by client credentials for an Organization', organization: 'org_9ybsU1dN2dKfDkBi', header },
        claims: {
          ...{ iss, sub: `${program}@clients`, aud, azp: program, scope: '' },
          ...{ org_id: 'org_9ybsU1dN2dKfDkBi', gty: 'client-credentials', permissions: [] },
        },
      },
    ],
  }
})()
