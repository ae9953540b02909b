import { z } from 'zod'
import {
  LOCK_ID_MAX,
  type LockId,
  lockIdFromNumber,
  parseApiKeyId,
  parseLockId,
  parseLockUuid,
  parseOpeningId,
  parseOrganization,
  parseStaffId,
  parseTempKeyUuid,
  parseUserId,
} from '#protocol/ids.ts'

const NO_INSTANT = 'must be an ISO 8601 time that ends in Z, such as 2026-11-01T12:00:00Z'

/** Fields as HTTP brings them, and the ids that they become: the border where ids are minted. */

export const text = z.string({
  error: ({ input }) => {
    if (input === undefined) return 'is required'
    return Array.isArray(input) ? 'must be given once' : 'must be a string'
  },
})

const minted = <T>(parse: (value: string) => T | null, message: string) =>
  text.transform((value, context): T => {
    const id = parse(value)
    if (id !== null) return id
    context.issues.push({ code: 'custom', message, input: value })
    return z.NEVER
  })

export const tempKeyUuid = minted(parseTempKeyUuid, 'must be a UUID, such as 7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b')
export const openingId = minted(parseOpeningId, 'must be the 22 characters of an opening id')
export const lockIdInPath = minted(parseLockId, `must be a whole number from 1 to ${LOCK_ID_MAX}`)
export const lockUuid = minted(parseLockUuid, 'must be a UUID')
export const userId = minted(parseUserId, 'must be 1 to 128 printable characters')

export const lockIdInBody = z.number().transform((value, context): LockId => {
  const id = lockIdFromNumber(value)
  if (id !== null) return id
  context.issues.push({ code: 'custom', message: `must be a whole number from 1 to ${LOCK_ID_MAX}`, input: value })
  return z.NEVER
})

/** A public key's UUID is its secret: only versions with enough random bits in them. */
export const newTempKeyUuid = text
  .refine((value) => /^.{14}[47].{4}[89ab]/i.test(value) && parseTempKeyUuid(value) !== null, {
    error: 'must be a UUID of version 4 or 7',
    abort: true,
  })
  .pipe(tempKeyUuid)

/**
 * ISO 8601 in UTC, with `Z` only; seconds and their fractions may be left out. The pattern of the vendor's own document,
 * written out here because clients depend on it: a library's idea of a date-time may change with its version.
 */
const INSTANT =
  /^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8])))T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?Z$/

/** As UTC milliseconds. */
export const instant = z
  .string({ error: ({ input }) => (input === undefined ? 'is required' : NO_INSTANT) })
  .regex(INSTANT, { error: NO_INSTANT, abort: true })
  .meta({ format: 'date-time' })
  .transform((value) => Date.parse(value))

const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]*$/u

/** One line for people: no control or direction characters. */
export const line = (max: number) =>
  z.string().trim().min(1).max(max).regex(PRINTABLE, { error: 'must have printable characters only' })

/** Text of several lines for people; the ends of lines are made one kind, and gaps between them one line. */
export const lines = (max: number, linesMax: number) =>
  z
    .string()
    .transform((value) =>
      value
        .split(/\r\n|\r|\n/)
        .map((each) => each.replaceAll('\t', ' ').trim())
        .join('\n')
        .replaceAll(/\n{3,}/g, '\n\n')
        .trim(),
    )
    .pipe(
      z
        .string()
        .min(1)
        .max(max)
        .refine((value) => value.split('\n').length <= linesMax, { error: `must have at most ${linesMax} lines` })
        .refine((value) => value.split('\n').every((each) => PRINTABLE.test(each)), {
          error: 'must have printable characters only',
        }),
    )

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\s]+/gu

/** What somebody typed or a program says, in one line that can do nothing to a terminal or to the line beside it. */
export const inOneLine = (value: string): string => value.replaceAll(UNPRINTABLE, ' ').trim()

/** What another program says of itself, in whatever form: told in one line. Empty is none. */
export const words = (max: number) => text.max(max).transform((value): string | null => inOneLine(value) || null)

export const idempotencyKey = text.regex(/^[\x20-\x7e]{1,64}$/, { error: 'must be 1 to 64 printable ASCII characters' })

/** As people type them: spaces around are not meant. */
const mintedLine = <T>(parse: (value: string) => T | null) =>
  line(128).transform((value, context): T => {
    const id = parse(value)
    if (id !== null) return id
    context.issues.push({ code: 'custom', message: 'must be 1 to 128 printable characters', input: value })
    return z.NEVER
  })
export const organization = mintedLine(parseOrganization)
export const owner = mintedLine(parseUserId)
export const apiKeyId = minted(parseApiKeyId, 'must be the 16 digits of an API key')
export const staffId = minted(parseStaffId, 'must be the 16 digits of a person of the staff')

/** What a page before this one answered as `nextCursor`. */
export const cursorInQuery = text.regex(/^\d{1,15}$/, { error: 'must be the nextCursor of another page' })

export const wholeNumberInQuery = (min: number, max: number) =>
  text
    .regex(/^\d{1,9}$/, { error: 'must be a whole number', abort: true })
    .transform(Number)
    .pipe(z.number().min(min).max(max))
