import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AnswerCheck } from '#http/contract/http-deps.ts'
import type { Detail } from '#http/contract/refusal.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import { headerValues } from './header-values.ts'

const PARTS = ['params', 'headers', 'query', 'body'] as const
type Part = (typeof PARTS)[number]

const DETAILS_MAX = 50
const FIELD_NAME_MAX = 100

/**
 * Checks params, headers, query and body of each route against its zod schemas at once, so that one answer names every
 * wrong field. Fastify's own validation would stop at the first part that fails.
 */
export function addValidation(app: FastifyInstance, refuse: Refuse, checkAnswer?: AnswerCheck): void {
  app.setValidatorCompiler(() => () => ACCEPTED)
  // Answers leave as they are: a mismatch with a schema must not become a 500 after the door opened.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  if (checkAnswer !== undefined) {
    app.addHook('preSerialization', async (request, reply, body) => {
      const declared = request.routeOptions.schema?.response
      if (isByStatus(declared)) checkAnswer(declared, reply.statusCode, body)
      return body
    })
  }
  app.addHook('preHandler', (request, reply, done) => {
    const wrong = wrongFields(request)
    if (wrong === null) return done()
    const isUuid = wrong.some(({ part, field }) => part === 'params' && field === 'uuid')
    const details = wrong.slice(0, DETAILS_MAX).map(({ field, message }) => ({ field, message }))
    return refuse(reply, { reason: isUuid ? 'malformed-uuid' : 'invalid-request', details })
  })
}

/** Not `{ value }`: the request keeps its parts as they are. */
const ACCEPTED = {} as const

const isByStatus = (declared: unknown): declared is Readonly<Record<string, unknown>> =>
  typeof declared === 'object' && declared !== null

/** What a route's schemas check, worked out at its first request: routes do not change. */
interface Check {
  readonly part: Part
  readonly schema: z.ZodType
  /** Of headers: those that the schema names. */
  readonly names: readonly string[]
}
const checksOfSchemas = new WeakMap<object, readonly Check[]>()

function checksOf(request: FastifyRequest): readonly Check[] {
  const schemas = request.routeOptions.schema
  if (schemas === undefined) return []
  const known = checksOfSchemas.get(schemas)
  if (known !== undefined) return known
  const checks = PARTS.flatMap((part): Check[] => {
    const schema = part === 'query' ? schemas.querystring : schemas[part]
    if (!(schema instanceof z.ZodType)) return []
    return [{ part, schema, names: part === 'headers' ? namesIn(schema) : [] }]
  })
  checksOfSchemas.set(schemas, checks)
  return checks
}

function namesIn(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  throw new Error('headers need an object schema: nobody can name all that a client may send')
}

function wrongFields(request: FastifyRequest): WrongField[] | null {
  let wrong: WrongField[] | null = null
  for (const check of checksOf(request)) {
    const { part } = check
    const given = part === 'headers' ? givenOnce(request, check.names) : request[part]
    // A missing body is checked as null: that is how the schemas declare a body that may be left out.
    const result = check.schema.safeParse(given === undefined ? null : given)
    if (!result.success) wrong = [...(wrong ?? []), ...result.error.issues.flatMap((issue) => detailsOf(issue, part))]
    else if (part === 'params') request.params = result.data
    else if (part === 'query') request.query = result.data
    else if (part === 'body') request.body = result.data
  }
  return wrong
}

/** A repeated header is an array here, which no schema of a header takes. */
function givenOnce(request: FastifyRequest, names: readonly string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {}
  for (const name of names) {
    if (request.raw.headers[name] === undefined) continue
    const values = headerValues(request.raw, name)
    given[name] = values.length > 1 ? values : values[0]
  }
  return given
}

interface WrongField extends Detail {
  readonly part: Part
}

function detailsOf(issue: z.core.$ZodIssue, part: Part): WrongField[] {
  const at = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ part, field: fieldName([...at, key], part), message: 'is not known here' }))
  }
  return [{ part, field: fieldName(at, part), message: issue.message }]
}

const fieldName = (path: readonly string[], part: Part): string =>
  path.length === 0 ? part : path.join('.').slice(0, FIELD_NAME_MAX)
