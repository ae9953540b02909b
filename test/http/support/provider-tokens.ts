/**
 * Tokens and key sets in the shapes that providers give them, as their documentation and published samples show them. Ids
 * are made up; times and signatures are a test's own.
 */

type Claims = Readonly<Record<string, unknown>>
interface Sample {
  readonly what: string
  readonly header: Claims
  readonly claims: Claims
}
interface Person extends Sample {
  readonly userId: string
}
interface Program extends Sample {
  readonly organization: string
}

export interface ProviderTokens {
  /** Its heading in docs/identity-providers.md. */
  readonly provider: string
  /** What stands beside `kty`, `n`, `e` and `kid` in a signing key of its key set. */
  readonly keyMembers: Claims
  /** Other keys of the set. */
  readonly otherKeys?: readonly Claims[]
  readonly people: readonly Person[]
  readonly programs: readonly Program[]
  /** Programs whose tokens nothing tells from people's: they count as people's, with these ids. */
  readonly unmarked?: readonly Person[]
}

const CERTIFICATE = { x5c: ['MIICqzCCAZMCBgGR'], x5t: 'k6pY4cZ1Qm0Vw3xN8bT5uA2sD7E' }
const TENANT = '5d0a1f5e-7a0c-4a3f-9d57-0c7b7e1f2a10'
const API = '9f1c6b1e-2f0d-4f8e-8f55-3c2f4b7a6d21'
const POOL = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Nq3VwXy7Z'
const GOOGLE_CLIENT = '407408718192-8v1p0f3s9hq2.apps.googleusercontent.com'

const auth0: ProviderTokens = (() => {
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

const keycloak: ProviderTokens = (() => {
  const header = { alg: 'RS256', typ: 'JWT' }
  const iss = 'https://login.example/realms/north'
  const [sub, robot] = ['c1f0a6d2-58f3-4b57-8b4f-0d4b3a7c9e11', '9954cd31-c298-492f-8a11-efa29ee16f36']
  const roles = {
    realm_access: { roles: ['offline_access', 'default-roles-north', 'uma_authorization'] },
    resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  }
  const access = { iss, typ: 'Bearer', acr: '1', scope: 'email profile', jti: '0e398b9a', ...roles }
  return {
    provider: 'Keycloak',
    keyMembers: { use: 'sig', alg: 'RS256', ...CERTIFICATE, 'x5t#S256': 'm1' },
    otherKeys: [{ kty: 'RSA', kid: 'enc', use: 'enc', alg: 'RSA-OAEP', n: 'AQAB', e: 'AQAB' }],
    people: [
      {
        ...{ what: 'somebody with org_id, by access token', userId: sub, header },
        claims: {
          ...{ ...access, sub, aud: ['latchkey', 'account'], azp: 'latchkey-app', auth_time: 1_795_512_000 },
          ...{ sid: '7f0f', 'allowed-origins': ['https://app.example'], org_id: 'north', email_verified: true },
          ...{ preferred_username: 'ada', name: 'Ada L', given_name: 'Ada', family_name: 'L' },
        },
      },
      {
        ...{ what: 'the same by a password at the token endpoint', userId: sub, header },
        claims: {
          ...{ ...access, sub, aud: ['latchkey', 'account'], azp: 'latchkey-app', sid: '7f0f', org_id: 'north' },
          ...{ preferred_username: 'service-account-ada', email_verified: false },
        },
      },
      {
        ...{ what: 'the same by ID token', userId: sub, header },
        claims: {
          ...{ iss, sub, aud: 'latchkey', azp: 'latchkey', typ: 'ID', acr: '1', at_hash: 'h', org_id: 'north' },
          ...{ preferred_username: 'ada', email_verified: true },
        },
      },
    ],
    programs: [
      {
        ...{ what: 'with a service account', organization: 'north', header },
        claims: {
          ...{ ...access, sub: robot, aud: ['latchkey', 'account'], azp: 'booking', client_id: 'booking' },
          ...{ clientHost: '192.0.2.7', clientAddress: '192.0.2.7', email_verified: false, org_id: 'north' },
          preferred_username: 'service-account-booking',
        },
      },
      {
        ...{ what: 'with a service account of an older version', organization: 'north', header },
        claims: {
          ...{ ...access, sub: robot, aud: ['latchkey', 'account'], azp: 'booking', clientId: 'booking' },
          ...{ clientHost: '192.0.2.7', clientAddress: '192.0.2.7', email_verified: false, org_id: 'north' },
          preferred_username: 'service-account-booking',
        },
      },
    ],
  }
})()

const entra: ProviderTokens = (() => {
  const header = { alg: 'RS256', typ: 'JWT' }
  const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`
  const [oid, app] = ['72243241-f194-45f3-987d-eeb347b83b69', '1671f074-56e2-4c37-873b-b7b07a120b18']
  const all = { iss, aud: API, tid: TENANT, ver: '2.0', uti: '4GOPt79GP0if650O0N7iAA', aio: 'E2NgYNhx', rh: '0.Aa4A' }
  return {
    provider: 'Microsoft Entra ID',
    keyMembers: { use: 'sig', ...CERTIFICATE, issuer: `https://login.microsoftonline.com/${TENANT}/v2.0` },
    people: [
      {
        ...{ what: 'by access token', userId: oid, header },
        claims: {
          ...{ ...all, oid, sub: 'HkZpfFHyWhHvLxTzYxWv5H0sTjz', azp: app, azpacr: '0', scp: 'user_impersonation' },
          ...{ name: 'Ada', preferred_username: 'ada@example.org' },
        },
      },
      {
        ...{ what: 'by access token that says whose it is', userId: oid, header },
        claims: {
          ...all,
          oid,
          sub: 'HkZpfFHyWhHvLxTzYxWv5H0sTjz',
          azp: app,
          azpacr: '1',
          scp: 'access',
          idtyp: 'user',
        },
      },
      {
        ...{ what: 'by ID token', userId: oid, header },
        claims: { ...all, oid, sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ', nonce: '678910', name: 'Ada' },
      },
    ],
    programs: [
      {
        ...{ what: 'by client credentials', organization: app, header },
        claims: {
          ...all,
          oid: 'b1',
          sub: 'b1',
          azp: app,
          azpacr: '1',
          idtyp: 'app',
          roles: ['keys:read', 'keys:write'],
        },
      },
    ],
    unmarked: [
      {
        ...{ what: 'by client credentials, without the optional claim idtyp', userId: 'b1', header },
        claims: { ...all, oid: 'b1', sub: 'b1', azp: app, azpacr: '1', roles: ['keys:read'] },
      },
    ],
  }
})()

const okta: ProviderTokens = (() => {
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

const cognito: ProviderTokens = (() => {
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

const google: ProviderTokens = (() => {
  const header = { alg: 'RS256', typ: 'JWT' }
  const [sub, account] = ['110169484474386276334', '103547991597142817347']
  const person = {
    ...{ sub, aud: GOOGLE_CLIENT, azp: GOOGLE_CLIENT, email: 'ada@example.org', email_verified: true },
    ...{ at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q', nonce: '0394852-3190485-2490358', hd: 'example.org' },
  }
  return {
    provider: 'Google',
    keyMembers: { use: 'sig', alg: 'RS256' },
    people: [
      { what: 'by ID token', userId: sub, header, claims: { ...person, iss: 'https://accounts.google.com' } },
      { what: 'by ID token of the older name', userId: sub, header, claims: { ...person, iss: 'accounts.google.com' } },
    ],
    programs: [],
    unmarked: [
      {
        ...{ what: 'a service account', userId: account, header },
        claims: {
          ...{ iss: 'https://accounts.google.com', sub: account, aud: GOOGLE_CLIENT, azp: account },
          ...{ email: 'robot@north-house.iam.gserviceaccount.com', email_verified: true },
        },
      },
    ],
  }
})()

const firebase: ProviderTokens = {
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

export const PROVIDERS: readonly ProviderTokens[] = [auth0, keycloak, entra, okta, cognito, google, firebase]
