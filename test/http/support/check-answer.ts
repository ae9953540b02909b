import { z } from 'zod'
import type { AnswerCheck } from '#http/contract/http-deps.ts'

/** An answer with another status, body or reason than its route declares becomes a 500, which its test will not expect. */
export const checkAnswer: AnswerCheck = (declared, status, body) => {
  const schema = declared[status]
  if (!(schema instanceof z.ZodType)) throw new Error(`status ${status} is not declared`)
  const result = schema.safeParse(body)
  if (!result.success) throw new Error(`answer ${status} is not as declared: ${result.error.message}`)
}
