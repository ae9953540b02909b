import { expect, test } from 'vitest'
import { accessCodeHash, newAccessCode, readAccessCode } from '#domain/access/access-code.ts'
import { READING_SCOPES, ROLES, STAFF_ROLES } from '#domain/access/roles.ts'

test('a code is sixteen characters that nobody takes for others, each of them drawn from all', () => {
  const codes = Array.from({ length: 500 }, newAccessCode)
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
  expect(new Set(codes).size).toBe(500)
  for (let at = 0; at < 19; at += 1) {
    if (at % 5 !== 4) expect(new Set(codes.map((code) => code[at])).size).toBe(32)
  }
})

test.each(['7h3k-9qxw-2m4t-0b1c', '7H3K9QXW2M4TOBIC', ' 7H3K 9QXW 2M4T oBlC '])(
  '%j is read as it is meant',
  (typed) => {
    expect(readAccessCode(typed)).toBe('7H3K9QXW2M4T0B1C')
  },
)

test.each(['', '7H3K-9QXW-2M4T-0B1', '7H3K-9QXW-2M4T-0B1CX', '7H3K-9QXW-2M4T-0B1U', '7H3K_9QXW_2M4T_0B1C'])(
  '%j is no code',
  (typed) => {
    expect(readAccessCode(typed)).toBeNull()
  },
)

test('another code has another hash', () => {
  expect(accessCodeHash('7H3K9QXW2M4T0B1C')).not.toBe(accessCodeHash('7H3K9QXW2M4T0B1D'))
})

test('auditors change nothing, technicians see no persons and no key links, and only managers manage the staff', () => {
  expect(ROLES.auditor.scopes.filter((scope) => !READING_SCOPES.includes(scope))).toEqual([])
  expect([ROLES.technician.seesPersons, ROLES.technician.seesKeyLinks]).toEqual([false, false])
  expect(STAFF_ROLES.filter((role) => ROLES[role].scopes.includes('staff:manage'))).toEqual(['manager'])
  for (const role of STAFF_ROLES) {
    const { scopes, seesPersons, seesKeyLinks } = ROLES[role]
    // What the API shows by scope, the console shows by role: both must say the same.
    expect([role, seesPersons]).toEqual([role, scopes.includes('keys:read')])
    expect([role, seesKeyLinks]).toEqual([role, scopes.includes('keys:write')])
  }
})
