import { type Caller, SCOPES } from '#domain/access/caller.ts'
import type { TokenPrincipal } from '#http/auth/token-principal.ts'
import type { TokenVerifier } from '#http/auth/token-verifier.ts'
import { org } from '#test/support/ids.ts'

const TOKEN = 'of-the-service-that-commands-the-lock'
const COMMANDER: Caller & { readonly principal: TokenPrincipal } = {
  principal: { kind: 'service', organization: org('Hausverwaltung Nord') },
  scopes: new Set(SCOPES),
  isStillGood: () => true,
}

/** Knows one service, which may command the fake site's lock: how tokens are verified has its own tests. */
export const commanderTokens: TokenVerifier = {
  verify: async (token) => (token === TOKEN ? COMMANDER.principal : null),
  verifyCaller: async (token) => (token === TOKEN ? COMMANDER : null),
  status: () => Promise.reject(new Error('nobody asks how its keys are')),
  close: () => {},
}

/** The service opens the lock without a key; these are the bytes of its request. */
export const openLockRequest = (body: object, headers = ''): string => {
  const json = JSON.stringify(body)
  return [
    'POST /locks/101/OpenLock HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${TOKEN}`,
    'Content-Type: application/json',
    `Content-Length: ${json.length}`,
    `${headers}\r\n${json}`,
  ].join('\r\n')
}
