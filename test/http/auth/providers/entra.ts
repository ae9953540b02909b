import { CERTIFICATE, type ProviderTokens } from './provider-tokens.ts'

const TENANT = '5d0a1f5e-7a0c-4a3f-9d57-0c7b7e1f2a10'
const API = '9f1c6b1e-2f0d-4f8e-8f55-3c2f4b7a6d21'

export const entra: ProviderTokens = (() => {
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
