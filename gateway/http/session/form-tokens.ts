import { randomBytes } from 'node:crypto'
import { formTokenOf, isFormToken } from '#domain/access/staff-session.ts'

const BYTES = 32
const MASKED = /^[A-Za-z0-9_-]{86}$/

/** The session's form token, masked anew for each page: the length of a compressed page tells nothing of it (BREACH). */
export function maskedFormToken(sessionValue: string): string {
  const mask = randomBytes(BYTES)
  const masked = xor(mask, Buffer.from(formTokenOf(sessionValue), 'base64url'))
  return Buffer.concat([mask, masked]).toString('base64url')
}

export function isMaskedFormToken(given: unknown, sessionValue: string): boolean {
  if (typeof given !== 'string' || !MASKED.test(given)) return false
  const bytes = Buffer.from(given, 'base64url')
  return isFormToken(xor(bytes.subarray(0, BYTES), bytes.subarray(BYTES)).toString('base64url'), sessionValue)
}

const xor = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)))
