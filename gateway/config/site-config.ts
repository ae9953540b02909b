import { z } from 'zod'
import { LANGUAGE_CODES } from '#http/words/language-codes.ts'
import { parseOrganization, parseSiteId } from '#protocol/ids.ts'
import { file, text } from './values.ts'

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** One text for everybody, or one for each language of the guest's pages that it is written in. */
const textByLanguage = z.union([text(300), z.partialRecord(z.enum(LANGUAGE_CODES), text(300))], {
  error: `must be a text, or texts by language such as {"en": "Day and night", "de": "Tag und Nacht"}; languages are ${LANGUAGE_CODES.join(', ')}`,
})

/** Whom a guest calls when a door stays shut. */
const contact = z.strictObject({
  name: text(100),
  /** As people write it; the page's link dials its digits. */
  phone: z
    .string()
    .max(40)
    .regex(/^\+?[0-9][0-9 ()/.-]*[0-9]$/, {
      error: 'must be a phone number such as +49 30 1234567: digits, and + ( ) / . - and spaces between them',
    })
    .nullable()
    .default(null),
  text: textByLanguage.nullable().default(null),
})

const organization = z
  .string()
  .max(128)
  .transform((value, context) => {
    const parsed = parseOrganization(value)
    if (parsed !== null) return parsed
    context.issues.push({ code: 'custom', message: 'must be 1–128 printable characters', input: value })
    return z.NEVER
  })

export const site = z.strictObject({
  id: z.string().transform((value, context) => {
    const id = parseSiteId(value)
    if (id !== null) return id
    context.issues.push({
      code: 'custom',
      message: 'must be 1–32 of a-z, 0-9 and -, beginning with a letter or digit',
      input: value,
    })
    return z.NEVER
  }),
  name: text(100),
  organization: organization.nullable().default(null),
  timeZone: z.string().refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Berlin' }),
  contact: contact.nullable().default(null),
  /** PNG, JPEG or WebP. What is in it is looked at later: no picture keeps a gateway from starting. */
  logo: file.nullable().default(null),
})
