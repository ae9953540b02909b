import type { ProviderTokens } from './provider-tokens.ts'

const GOOGLE_CLIENT = '407408718192-8v1p0f3s9hq2.apps.googleusercontent.com'

export const google: ProviderTokens = (() => {
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
