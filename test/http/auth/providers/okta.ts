import type { ProviderTokens } from './provider-tokens.ts'

export const okta: ProviderTokens = (() => {
  const header = { alg: 'RS256' }
  const iss = 'https://north-house.okta.com/oauth2/default'
  const all = { iss, aud: 'api://default', ver: 1 }
  return {
    provider: 'Okta',
    keyMembers: { use: 'sig', alg: 'RS256' },
    people: [
      {
        ...{ what: 'by access token', userId: '00u1k4s2pQ7tVwXyZ5d7', header },
        claims: {
          ...{ ...all, jti: 'AT.MNAoEQ_jbKqoinrQo1D0XKjMX28U5d7Z', sub: 'ada@example.org', auth_time: 1_795_512_000 },
          ...{ cid: '0oa1f2e3d4c5b6a7Z5d7', uid: '00u1k4s2pQ7tVwXyZ5d7', scp: ['openid', 'profile'] },
        },
      },
      {
        ...{ what: 'whose login is the program’s own id', userId: '00u1k4s2pQ7tVwXyZ5d7', header },
        claims: {
          ...{ ...all, sub: '0oa1f2e3d4c5b6a7Z5d7', cid: '0oa1f2e3d4c5b6a7Z5d7', uid: '00u1k4s2pQ7tVwXyZ5d7' },
          scp: ['openid'],
        },
      },
    ],
    programs: [
      {
        ...{ what: 'by client credentials', organization: '0oa9z8y7x6w5v4u3Z5d7', header },
        claims: {
          ...{ ...all, jti: 'AT.Qp2', sub: '0oa9z8y7x6w5v4u3Z5d7', cid: '0oa9z8y7x6w5v4u3Z5d7' },
          scp: ['keys:read', 'keys:write'],
        },
      },
    ],
  }
})()
