import type { FastifyContextConfig } from 'fastify'
import { z } from 'zod'
import type { Scope } from '#domain/access/caller.ts'
import { REASONS, type Reason, reasonEntry } from './reasons.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every reason that this route can answer with. */
    reasons?: readonly Reason[]
  }
}

interface RequestSchemas {
  readonly params?: z.ZodType
  readonly querystring?: z.ZodType
  readonly headers?: z.ZodType
  readonly body?: z.ZodType
}

export const TAGS = ['Opening', 'Temp keys', 'Locks', 'Events', 'Alarms', 'Staff', 'Signing in', 'Health'] as const

interface RouteDocs {
  readonly operationId: string
  /** One line, an imperative. */
  readonly summary: string
  readonly description?: string
  readonly tag: (typeof TAGS)[number]
  /** What a success brings, by status; null without a body. */
  readonly answers: Readonly<Record<number, z.ZodType>>
  /** Beside those that every route of its kind can answer with. */
  readonly reasons?: readonly Reason[]
  /** The credential needs one of them; absent where nobody needs to be known. */
  readonly scopes?: readonly Scope[]
  /** `page`: a browser gets the guest's page, whatever the status. `stream`: the success also comes as server-sent events, `stream-and-files`: and as CSV and JSON Lines. */
  readonly also?: 'page' | 'stream' | 'stream-and-files'
  /** Longer bodies are 413; without it, the app's own limit holds. */
  readonly bodyMaxBytes?: number
  /** A key for named users needs a bearer token, or a browser that signed in; a public key needs nobody. */
  readonly isForGuests?: true
}

const ALWAYS: readonly Reason[] = [
  ...(['bad-http', 'route-not-found', 'method-not-allowed', 'too-slow', 'url-too-long', 'foreign-host'] as const),
  ...(['headers-too-large', 'rate-limited', 'internal', 'store-failed', 'invalid-request'] as const),
]
const WITH_BODY: readonly Reason[] = ['body-too-large', 'unsupported-media-type', 'forbidden-origin']
const WITH_LARGE_BODY: readonly Reason[] = ['overloaded']
const WITH_CREDENTIAL: readonly Reason[] = ['token-missing', 'token-invalid', 'api-key-invalid', 'insufficient-scope']

/** By status and reasons: many routes have the same, and each is told of in the reference. */
const errorAnswersMade = new Map<string, z.ZodType>()

/** What a refusal brings, with the reasons that it can have here. */
function errorAnswer(status: number, reasons: readonly [Reason, ...Reason[]]): z.ZodType {
  const name = `${status} ${reasons.join(' ')}`
  const answer =
    errorAnswersMade.get(name) ??
    z.strictObject({
      error: z.string(),
      message: z.string(),
      code: z.literal(status),
      reason: z.enum(reasons),
      details: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
      openingId: z.string().optional(),
      lockId: z.int().optional(),
      lockReason: z.string().nullable().optional(),
      requestId: z.string(),
      success: z.literal(false),
      errors: z.array(z.strictObject({ code: z.literal(status), message: z.string() })),
    })
  errorAnswersMade.set(name, answer)
  return answer
}

/**
 * A route's schema and config: what it takes, everything that it can answer with, and the words that the reference is
 * made of. The types of the request come from `request`; answers are checked against their schemas in tests alone, so
 * that none becomes a 500 after a door opened.
 */
export function documented<Request extends RequestSchemas>(
  request: Request,
  docs: RouteDocs,
): {
  schema: Request
  config: FastifyContextConfig & { reasons: readonly Reason[] }
  bodyLimit?: number
} {
  const { operationId, summary, description, tag, answers, reasons = [], scopes, also, isForGuests } = docs
  const { bodyMaxBytes } = docs
  const all = [
    ...new Set([
      ...ALWAYS,
      ...(request.body === undefined ? [] : WITH_BODY),
      ...(scopes === undefined ? [] : WITH_CREDENTIAL),
      ...(bodyMaxBytes === undefined ? [] : WITH_LARGE_BODY),
      ...reasons,
    ]),
  ]
  const about = {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: securityOf(scopes, isForGuests === true),
    ...(also !== undefined && { 'x-also': also }),
    response: eitherOf(answers, errorAnswers(all)),
  }
  return {
    schema: { ...request, ...about },
    config: { ...(also !== 'page' && { jsonOnly: true }), reasons: all, ...(scopes !== undefined && { scopes }) },
    ...(bodyMaxBytes !== undefined && { bodyLimit: bodyMaxBytes }),
  }
}

/** A status that some routes answer with a success of its own, 503 for instance, has two shapes. */
const eitherOf = (
  answers: Readonly<Record<number, z.ZodType>>,
  errors: Readonly<Record<number, z.ZodType>>,
): Record<string, z.ZodType> => {
  const both: Record<string, z.ZodType> = { ...answers }
  for (const [status, error] of Object.entries(errors)) {
    const answer = both[status]
    both[status] = answer === undefined ? error : z.union([answer, error])
  }
  return both
}

function securityOf(scopes: readonly Scope[] | undefined, isForGuests: boolean): Record<string, readonly string[]>[] {
  if (scopes !== undefined) return [{ bearer: [...scopes] }, { apiKey: [...scopes] }]
  return isForGuests ? [{}, { bearer: [] }, { session: [] }] : []
}

function errorAnswers(reasons: readonly Reason[]): Record<number, z.ZodType> {
  const statuses = new Set(reasons.map((reason) => reasonEntry(reason).status))
  return Object.fromEntries(
    [...statuses].map((status) => {
      const [first, ...rest] = reasons.filter((reason) => REASONS[reason].status === status)
      if (first === undefined) throw new Error('a status without a reason')
      return [status, errorAnswer(status, [first, ...rest])]
    }),
  )
}
