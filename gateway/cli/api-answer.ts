import { z } from 'zod'
import { type ApiAnswer, CommandError } from './context.ts'

const refusal = z.object({
  message: z.string(),
  reason: z.string().optional(),
  details: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
})

/** The body of a success, in the shape that the command reads; a refusal becomes its own words. */
export function expectAnswer<T>(answer: ApiAnswer, shape: z.ZodType<T>): T {
  if (answer.status >= 400) {
    const { message, reason = null, details = [] } = refusal.parse(answer.body)
    throw new CommandError(message, { reason, details })
  }
  return shape.parse(answer.body)
}
