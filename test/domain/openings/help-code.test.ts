import fc from 'fast-check'
import { expect, test } from 'vitest'
import { helpCodeOf, helpCodeOfRequest, readHelpCode } from '#domain/openings/help-code.ts'
import { newOpeningId } from '#protocol/ids.ts'

test('a code has six characters that nobody takes for each other', () => {
  for (let at = 0; at < 500; at += 1) {
    expect(helpCodeOf(newOpeningId())).toMatch(/^[0-9A-HJKMNP-TV-Z]{6}$/)
    expect(helpCodeOfRequest('0123456789abcdef')).toBe('04HMAS')
  }
})

test('a code leads back to how its id begins, whatever a person makes of it', () => {
  const gap = fc.constantFrom('', ' ', '-')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), gap, fc.boolean(), (bytes, between, small) => {
      const start = Buffer.from(bytes).toString('base64url').slice(0, 5)
      const code = helpCodeOfRequest(Buffer.from(bytes).toString('hex').slice(0, 16))
      const written = `${code.slice(0, 3)}${between}${code.slice(3)}`.replaceAll('0', 'O').replaceAll('1', 'l')
      expect(readHelpCode(small ? written.toLowerCase() : written)).toEqual({ code, idStart: start })
    }),
  )
})

test.each(['', '12345', '1234567', 'ABCDEU', 'ABCDE!', 'ÄBCDEF', '%', '../../x'])('%j is no code', (text) => {
  expect(readHelpCode(text)).toBeNull()
})
