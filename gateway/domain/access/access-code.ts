import { hash, randomBytes } from 'node:crypto'

/** Crockford's base 32: no letter that is taken for a digit, and none that makes words. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHARACTERS = 16
const NOT_MEANT = /[\s-]/g
const CODE = new RegExp(`^[${ALPHABET}]{${CHARACTERS}}$`)

/** 80 random bits as 16 characters: `7H3K-9QXW-2M4T-VB8C`. */
export function newAccessCode(): string {
  const bits = BigInt(`0x${randomBytes(10).toString('hex')}`)
  const characters = Array.from({ length: CHARACTERS }, (_, at) => {
    const value = (bits >> BigInt(5 * (CHARACTERS - 1 - at))) & 31n
    return ALPHABET[Number(value)] ?? ''
  })
  return characters.join('').replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** Reads a code as people type it: in any case, with or without dashes, O for 0, I or L for 1. Null when it is none. */
export function readAccessCode(typed: string): string | null {
  const code = typed.toUpperCase().replaceAll(NOT_MEANT, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return CODE.test(code) ? code : null
}

/**
 * What is stored of a code. One SHA-256 is enough: slow hashes are for passwords, which people choose from few. Of 2^80
 * equally likely codes nobody finds one by trying, however fast a try is.
 *
 * @param code as `readAccessCode` answers it
 */
export const accessCodeHash = (code: string): string => hash('sha256', code, 'base64url')
