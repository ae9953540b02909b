import { CERTIFICATE, type ProviderTokens } from './provider-tokens.ts'

export const keycloak: ProviderTokens = (() => {
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
