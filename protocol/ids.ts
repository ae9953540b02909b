import { hash, randomBytes, randomFillSync } from 'node:crypto'

/**
 * The ids that the API, the wire and the store share. Each is a branded type that only its own `parse…`, `new…`
 * or `…Of` function here makes, so that a lock's id can't be handed over where an opening's is meant.
 */
declare const brand: unique symbol
type Branded<T, Name extends string> = T & { readonly [brand]: Name }

/** A site's name on the wire: 1–32 of `a-z 0-9 -`, beginning with a letter or digit. */
export type SiteId = Branded<string, 'SiteId'>
/** The number of one physical lock: 1 … 999 999 999 999 999. */
export type LockId = Branded<number, 'LockId'>
/** A lock's UUID, in lower case. */
export type LockUuid = Branded<string, 'LockUuid'>
/** A temp key's UUID, in lower case. It is a bearer secret: never logged, never chained. */
export type TempKeyUuid = Branded<string, 'TempKeyUuid'>
/** One attempt to open: 128 random bits as 22 base64url characters. */
export type OpeningId = Branded<string, 'OpeningId'>
/** The `jti` of one command: 128 random bits as 22 base64url characters. */
export type CommandId = Branded<string, 'CommandId'>
/** The `jti` of one question or receipt: 128 random bits as 22 base64url characters. */
export type Nonce = Branded<string, 'Nonce'>
/** One boot of one lock: 64 random bits as 11 base64url characters. */
export type BootId = Branded<string, 'BootId'>
/** The first 16 bytes of SHA-256 of a temp key's lower-case UUID, as 22 base64url characters. */
export type KeyRef = Branded<string, 'KeyRef'>
/** SHA-256 of a command's ASCII, as 43 base64url characters. */
export type CommandHash = Branded<string, 'CommandHash'>
/** A user's opaque id: 1–128 printable characters, compared exactly. */
export type UserId = Branded<string, 'UserId'>
/** Whose services command a lock: 1–128 printable characters, compared exactly. */
export type Organization = Branded<string, 'Organization'>
/** One message to one recipient of alarms: 128 random bits as 22 base64url characters. It is the same in each repeat. */
export type NoticeId = Branded<string, 'NoticeId'>
/** What an API key is called by, its secret apart: 64 random bits as 16 hexadecimal digits. */
export type ApiKeyId = Branded<string, 'ApiKeyId'>
/** One person of the staff, from being added to being removed: 64 random bits as 16 hexadecimal digits. */
export type StaffId = Branded<string, 'StaffId'>

export const SITE_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,31}$/
export const LOCK_ID_PATTERN = /^[1-9]\d{0,14}$/
export const UUID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** 16 bytes in base64url without padding. */
export const ID128_PATTERN = /^[A-Za-z0-9_-]{22}$/
/** 8 bytes in base64url without padding. */
export const BOOT_ID_PATTERN = /^[A-Za-z0-9_-]{11}$/
/** 32 bytes in base64url without padding. */
export const SHA256_PATTERN = /^[A-Za-z0-9_-]{43}$/
/** Printable: no control, format, surrogate, private-use or line-separator character. */
export const USER_ID_PATTERN = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]{1,128}$/u
export const API_KEY_ID_PATTERN = /^[0-9a-f]{16}$/
export const STAFF_ID_PATTERN = /^[0-9a-f]{16}$/
export const LOCK_ID_MAX = 999_999_999_999_999

const matches = (pattern: RegExp, text: string): boolean => pattern.test(text)

export const parseSiteId = (text: string): SiteId | null => (matches(SITE_ID_PATTERN, text) ? (text as SiteId) : null)
/** Takes digits only: `1e2` and `+1` are no lock ids. */
export const parseLockId = (text: string): LockId | null =>
  matches(LOCK_ID_PATTERN, text) ? (Number(text) as LockId) : null
export const lockIdFromNumber = (value: number): LockId | null => parseLockId(String(value))
export const parseTempKeyUuid = (text: string): TempKeyUuid | null =>
  matches(UUID_PATTERN, text) ? (text.toLowerCase() as TempKeyUuid) : null
export const parseLockUuid = (text: string): LockUuid | null =>
  matches(UUID_PATTERN, text) ? (text.toLowerCase() as LockUuid) : null
export const parseOpeningId = (text: string): OpeningId | null =>
  matches(ID128_PATTERN, text) ? (text as OpeningId) : null
export const parseCommandId = (text: string): CommandId | null =>
  matches(ID128_PATTERN, text) ? (text as CommandId) : null
export const parseBootId = (text: string): BootId | null => (matches(BOOT_ID_PATTERN, text) ? (text as BootId) : null)
export const parseKeyRef = (text: string): KeyRef | null => (matches(ID128_PATTERN, text) ? (text as KeyRef) : null)
export const parseCommandHash = (text: string): CommandHash | null =>
  matches(SHA256_PATTERN, text) ? (text as CommandHash) : null
export const parseUserId = (text: string): UserId | null => (matches(USER_ID_PATTERN, text) ? (text as UserId) : null)
export const parseOrganization = (text: string): Organization | null =>
  matches(USER_ID_PATTERN, text) ? (text as Organization) : null
export const parseApiKeyId = (text: string): ApiKeyId | null =>
  matches(API_KEY_ID_PATTERN, text) ? (text as ApiKeyId) : null
export const parseStaffId = (text: string): StaffId | null =>
  matches(STAFF_ID_PATTERN, text) ? (text as StaffId) : null

/** Random bytes are fetched for many ids at once: each fetch costs as much as a hundred ids. None is used twice. */
const fetched = Buffer.alloc(4_096)
let usedBytes = fetched.length

function randomId(bytes: number): string {
  if (usedBytes + bytes > fetched.length) {
    randomFillSync(fetched)
    usedBytes = 0
  }
  const from = usedBytes
  usedBytes += bytes
  const id = fetched.toString('base64url', from, usedBytes)
  // What was given out stands nowhere in memory but in the id itself.
  fetched.fill(0, from, usedBytes)
  return id
}

const random128 = (): string => randomId(16)
/** Never with a dash in front: people give it to commands, which would take it for an option. */
export function newOpeningId(): OpeningId {
  for (;;) {
    const id = random128()
    if (!id.startsWith('-')) return id as OpeningId
  }
}
export const newCommandId = (): CommandId => random128() as CommandId
export const newNonce = (): Nonce => random128() as Nonce
export const newNoticeId = (): NoticeId => random128() as NoticeId
/** The same for the same words: for a message that must not be made twice. */
export const noticeIdOf = (words: string): NoticeId =>
  hash('sha256', words, 'buffer').toString('base64url', 0, 16) as NoticeId
export const newApiKeyId = (): ApiKeyId => randomBytes(8).toString('hex') as ApiKeyId
export const newStaffId = (): StaffId => randomBytes(8).toString('hex') as StaffId
export const newBootId = (): BootId => randomId(8) as BootId

/** What stands for a temp key in evidence: it names the key to whoever holds the UUID, and gives nobody the UUID. */
export const keyRefOf = (uuid: TempKeyUuid): KeyRef =>
  hash('sha256', uuid, 'buffer').toString('base64url', 0, 16) as KeyRef

export const commandHashOf = (command: string): CommandHash => hash('sha256', command, 'base64url') as CommandHash
