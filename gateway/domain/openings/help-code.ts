import type { KeyRef, OpeningId } from '#protocol/ids.ts'

/** Crockford's base 32: no I, L, O or U, so that it survives handwriting and a telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_CHARACTERS = 6
const BITS_PER_CHARACTER = 5
/** A code has 30 bits, and so have these of base64url. */
const ID_CHARACTERS = 5

/**
 * What a guest reads out to staff: the first 30 bits of an opening's id, as six characters. It stands for the id's
 * first characters, so an index on ids finds it; among a million openings it names one, seldom two.
 */
export const helpCodeOf = (openingId: OpeningId): string => codeOfBits(Buffer.from(openingId, 'base64url'))

/** The same of a request that led to no opening; the request's line in the log has it. */
export const helpCodeOfRequest = (requestId: string): string => codeOfBits(Buffer.from(requestId, 'hex'))

/** What staff calls a key by where its link must not stand: in the form of a help code, and it opens nothing. */
export const keyMarkOf = (keyRef: KeyRef): string => codeOfBits(Buffer.from(keyRef, 'base64url'))

/** A code as staff types it: in the form that pages show, and how the ids begin that have it. */
export interface HelpCode {
  readonly code: string
  readonly idStart: string
}

/** Takes what people make of a code: small letters, gaps, O for 0, I or L for 1. Null when it is none. */
export function readHelpCode(text: string): HelpCode | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const digits = [...code].map((character) => ALPHABET.indexOf(character))
  if (digits.length !== CODE_CHARACTERS || digits.includes(-1)) return null
  const bits = digits.reduce((sum, digit) => sum * ALPHABET.length + digit, 0)
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(bits * 4)
  return { code, idStart: bytes.toString('base64url').slice(0, ID_CHARACTERS) }
}

function codeOfBits(bytes: Buffer): string {
  const bits = bytes.readUInt32BE(0) >>> 2
  let code = ''
  for (let at = CODE_CHARACTERS - 1; at >= 0; at -= 1)
    code += ALPHABET.charAt((bits >>> (BITS_PER_CHARACTER * at)) & 31)
  return code
}
