import { z } from 'zod'
import type { LogPlace } from '#domain/events/event-log.ts'

/** Opaque to clients: a place among all events. */
export const logCursor = ({ seq, site }: LogPlace): string => Buffer.from(`2:${seq}:${site}`).toString('base64url')

export function parseLogCursor(text: string): LogPlace | null {
  const [, seq, site] = /^2:(\d{1,15}):(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  const place = seq === undefined || site === undefined ? null : { seq: Number(seq), site: Number(site) }
  return place !== null && logCursor(place) === text ? place : null
}

const WRONG = 'must be a nextCursor or newest of the log'

export const logCursorField = z
  .string({ error: ({ input }) => (Array.isArray(input) ? 'must be given once' : WRONG) })
  .transform((text, context): LogPlace => {
    const place = parseLogCursor(text)
    if (place !== null) return place
    context.issues.push({ code: 'custom', message: WRONG, input: text })
    return z.NEVER
  })
