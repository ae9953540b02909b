import { z } from 'zod'

/** Opaque to clients, so that it can become another thing: the number of the last event that was looked at. */
export const feedCursor = (seq: number): string => Buffer.from(`1:${seq}`).toString('base64url')

/** Null for what is no cursor of ours. */
export function parseFeedCursor(text: string): number | null {
  const [, seq] = /^1:(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  return seq !== undefined && feedCursor(Number(seq)) === text ? Number(seq) : null
}

const WRONG = 'must be a nextCursor, or the id of a streamed event'

export const feedCursorField = z
  .string({ error: ({ input }) => (Array.isArray(input) ? 'must be given once' : WRONG) })
  .transform((text, context): number => {
    const seq = parseFeedCursor(text)
    if (seq !== null) return seq
    context.issues.push({ code: 'custom', message: WRONG, input: text })
    return z.NEVER
  })
