import { pbkdf2, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Lock passwords are 192 random bits, which nobody guesses: so a hash that is slow on purpose buys nothing, and Mosquitto's
 * own form (PBKDF2-HMAC-SHA512, 101 rounds, 0.35 ms) lets the export to Mosquitto be a copy.
 */
const ROUNDS = 101
const ROUNDS_MAX = 100_000
const SALT_BYTES = 12
const HASH_BYTES = 64
const MOSQUITTO_HASH = /^\$7\$([1-9]\d{0,5})\$([A-Za-z0-9+/]{4,88}={0,2})\$([A-Za-z0-9+/]{86}==)$/

const pbkdf2InThreadPool = promisify(pbkdf2)

/** 32 base64url characters. */
export const newLockPassword = (): string => randomBytes(24).toString('base64url')

/** `$7$101$<salt>$<hash>`, as `mosquitto_passwd` writes it. */
export function hashLockPassword(password: string): string {
  const salt = randomBytes(SALT_BYTES)
  const hash = pbkdf2Sync(password, salt, ROUNDS, HASH_BYTES, 'sha512')
  return `$7$${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`
}

export const isLockPasswordHash = (text: string): boolean => parseHash(text) !== null

export type PasswordVerdict = 'match' | 'mismatch' | 'unreadable-hash'

/** In the thread pool: a thousand locks that reconnect at once leave the event loop to the openings. */
export async function verifyLockPassword(password: Uint8Array, passwordHash: string): Promise<PasswordVerdict> {
  const stored = parseHash(passwordHash)
  if (stored === null) return 'unreadable-hash'
  const hash = await pbkdf2InThreadPool(password, stored.salt, stored.rounds, HASH_BYTES, 'sha512')
  return timingSafeEqual(hash, stored.hash) ? 'match' : 'mismatch'
}

function parseHash(text: string): { rounds: number; salt: Buffer; hash: Buffer } | null {
  const [, rounds, salt, hash] = MOSQUITTO_HASH.exec(text) ?? []
  if (rounds === undefined || salt === undefined || hash === undefined || Number(rounds) > ROUNDS_MAX) return null
  return { rounds: Number(rounds), salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}
