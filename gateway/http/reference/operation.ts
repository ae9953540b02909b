import { z } from 'zod'
import { completeOperation } from './complete-operation.ts'
import type { DocumentedRoute } from './documented-routes.ts'
import { type Json, jsonSchemaOf } from './json-schema.ts'

const PARAMETERS_IN = [
  ['querystring', 'query'],
  ['params', 'path'],
  ['headers', 'header'],
] as const

/** One operation of the document, out of the schemas that its route is checked with. */
export async function operationOf({ method, path, schema }: DocumentedRoute): Promise<Json> {
  const { response, querystring, params, headers, body, ...about } = schema
  const parameters: Json[] = []
  for (const [part, place] of PARAMETERS_IN) parameters.push(...(await parametersOf(schema[part], place)))
  // A route that takes nothing does not check its path either.
  if (params === undefined) {
    for (const [, name] of path.matchAll(/{(\w+)}/g)) {
      parameters.push({ schema: { type: 'string' }, in: 'path', name, required: true })
    }
  }
  const operation: Json = {
    ...about,
    ...(body instanceof z.ZodType && { requestBody: await bodyOf(body) }),
    ...(parameters.length > 0 && { parameters }),
    responses: await responsesOf(response),
  }
  completeOperation(method, path, operation)
  return operation
}

async function parametersOf(schema: unknown, place: string): Promise<Json[]> {
  if (!(schema instanceof z.ZodObject)) return []
  const parameters: Json[] = []
  for (const [name, field] of Object.entries(schema.shape)) {
    if (!(field instanceof z.ZodType)) continue
    const isRequired = place === 'path' || !field.safeParse(undefined).success
    parameters.push({ schema: await jsonSchemaOf(field, 'input'), in: place, name, required: isRequired })
  }
  return parameters
}

async function bodyOf(body: z.ZodType): Promise<Json> {
  // A copy: what completes the operation writes into it.
  const schema = { ...(await jsonSchemaOf(body, 'input')) }
  return { required: true, content: { 'application/json': { schema } } }
}

async function responsesOf(response: unknown): Promise<Json> {
  const responses: Json = {}
  if (typeof response !== 'object' || response === null) return responses
  for (const [status, answer] of Object.entries(response)) {
    if (!(answer instanceof z.ZodType)) continue
    responses[status] = {
      description: '',
      content: { 'application/json': { schema: await jsonSchemaOf(answer, 'output') } },
    }
  }
  return responses
}
