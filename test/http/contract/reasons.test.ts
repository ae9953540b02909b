import { STATUS_CODES } from 'node:http'
import { expect, test } from 'vitest'
import { REASONS } from '#http/contract/reasons.ts'
import { errorBody } from '#http/contract/refusal.ts'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'

const CONTRACT: Readonly<Record<number, readonly string[]>> = {
  400: [
    ...['malformed-uuid', 'invalid-request', 'bad-http'],
    ...['key-revoked', 'key-not-yet-valid', 'key-expired', 'key-used-up'],
  ],
  401: ['token-missing', 'token-invalid', 'api-key-invalid', 'not-signed-in', 'code-invalid'],
  403: [
    ...['not-whitelisted', 'not-owner', 'wrong-organization', 'insufficient-scope', 'forbidden-origin'],
    ...['too-many-prepared-locks', 'form-stale', 'plain-http'],
  ],
  404: ['key-not-found', 'lock-not-found', 'staff-not-found', 'opening-not-found', 'route-not-found'],
  405: ['method-not-allowed'],
  408: ['too-slow'],
  409: ['lock-busy', 'opening-unconfirmed'],
  410: ['lock-retired'],
  413: ['body-too-large'],
  414: ['url-too-long'],
  415: ['unsupported-media-type'],
  421: ['foreign-host'],
  422: ['idempotency-mismatch'],
  429: ['rate-limited'],
  431: ['headers-too-large'],
  500: ['internal'],
  501: ['not-supported'],
  502: ['lock-refused', 'lock-jammed'],
  503: ['lock-offline', 'store-failed', 'clock-untrusted', 'overloaded', 'caller-gone', 'shutting-down'],
  504: ['unconfirmed'],
}

test('the reasons are those of the contract, each with its status', () => {
  const told = Object.entries(REASONS).map(([reason, { status }]) => `${status} ${reason}`)
  const contract = Object.entries(CONTRACT).flatMap(([status, reasons]) => reasons.map((each) => `${status} ${each}`))
  expect(told.toSorted()).toEqual(contract.toSorted())
})

test.each(Object.entries(REASONS))('%s says what happened and why, and when to come again', (_, entry) => {
  expect(entry.message).toMatch(/\.$/)
  expect(entry.cause).toMatch(/\.$/)
  expect('retryAfterS' in entry).toBe([409, 429, 503].includes(entry.status))
})

test('an error has the one shape that every client can read', () => {
  const body = errorAnswer.parse(JSON.parse(JSON.stringify(errorBody({ reason: 'key-expired' }, 'abcdef0123456789'))))
  expect(body).toEqual({
    error: STATUS_CODES[400],
    message: 'This key has expired.',
    code: 400,
    reason: 'key-expired',
    requestId: 'abcdef0123456789',
    success: false,
    errors: [{ code: 400, message: 'This key has expired.' }],
  })
})
