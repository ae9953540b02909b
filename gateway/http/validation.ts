import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { headerValues } from './header-values.ts'
import type { AnswerCheck } from './http-deps.ts'
import type { Detail, Refuse } from './refusal.ts'

const PARTS = ['headers', 'query', 'body'] as const
type Part = (typeof PARTS)[number] | 'params'

const DETAILS_MAX = 50
const FIELD_NAME_MAX = 100

/**
 * Checks params, headers, query and body of each route against its zod schemas at once, so that one answer names every
 * wrong field. Fastify's own validation would stop at the first part that fails.
 */
export function addValidation(app: FastifyInstance, refuse: Refuse, checkAnswer?: AnswerCheck): void {
  app.setValidatorCompiler(() => (value) => ({ value }))
  // Answers leave as they are: a mismatch with a schema must not become a 500 after the door opened.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  if (checkAnswer !== undefined) {
    app.addHook('preSerialization', async (request, reply, body) => {
      const declared = request.routeOptions.schema?.response
      if (isByStatus(declared)) checkAnswer(declared, reply.statusCode, body)
      return body
    })
  }
  app.addHook('preHandler', async (request, reply) => {
    const inPath = checkPart(request, 'params')
    const details = [...inPath, ...PARTS.flatMap((part) => checkPart(request, part))]
    if (details.length === 0) return
    const reason = inPath.some(({ field }) => field === 'uuid') ? 'malformed-uuid' : 'invalid-request'
    return refuse(reply, { reason, details: details.slice(0, DETAILS_MAX) })
  })
}

const isByStatus = (declared: unknown): declared is Readonly<Record<string, unknown>> =>
  typeof declared === 'object' && declared !== null

function checkPart(request: FastifyRequest, part: Part): Detail[] {
  const schema = schemaOf(request, part)
  if (schema === null) return []
  const result = schema.safeParse(part === 'headers' ? headersGivenOnce(request) : request[part])
  if (!result.success) return result.error.issues.flatMap((issue) => detailsOf(issue, part))
  switch (part) {
    case 'params':
      request.params = result.data
      break
    case 'query':
      request.query = result.data
      break
    case 'body':
      request.body = result.data
      break
    case 'headers':
      break
  }
  return []
}

function schemaOf(request: FastifyRequest, part: Part): z.ZodType | null {
  const schemas = request.routeOptions.schema
  const schema = part === 'query' ? schemas?.querystring : schemas?.[part]
  return schema instanceof z.ZodType ? schema : null
}

/** A repeated header is an array here, which no schema of a header takes. */
const headersGivenOnce = (request: FastifyRequest): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(request.headers).map((name) => {
      const values = headerValues(request.raw, name)
      return [name, values.length > 1 ? values : values[0]]
    }),
  )

function detailsOf(issue: z.core.$ZodIssue, part: Part): Detail[] {
  const at = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldName([...at, key], part), message: 'is not known here' }))
  }
  return [{ field: fieldName(at, part), message: issue.message }]
}

const fieldName = (path: readonly string[], part: Part): string =>
  path.length === 0 ? part : path.join('.').slice(0, FIELD_NAME_MAX)
