import { STATUS_CODES } from 'node:http'
import { isReason, type Reason, reasonEntry } from '#http/contract/reasons.ts'
import { errorBody } from '#http/contract/refusal.ts'
import { codeSamples } from './code-samples.ts'
import { EXAMPLES, PARAMETERS } from './examples.ts'
import type { Json } from './json-schema.ts'

/** Adds what schemas do not say: examples, headers, other media types, samples, and of each reason why it is given. */
export function completeOperation(method: string, path: string, operation: Json): void {
  const id = String(operation.operationId)
  const example = EXAMPLES[id] ?? {}
  for (const parameter of listOf(operation.parameters)) {
    const known = PARAMETERS[String(parameter.name)]
    if (known !== undefined) parameter.example = known
  }
  if (isObject(operation.requestBody)) completeBody(operation.requestBody, example.body)
  const also = operation['x-also']
  delete operation['x-also']
  for (const [status, response] of Object.entries(objectOf(operation.responses))) {
    if (isObject(response)) completeResponse(Number(status), response, example.answer, also)
  }
  const needsKey = listOf(operation.security).some((one) => 'apiKey' in one)
  operation['x-codeSamples'] = codeSamples({ method, path, needsKey, body: example.body })
  operation.description = [operation.description, samplesInWords(operation['x-codeSamples'])]
    .filter(Boolean)
    .join('\n\n')
}

/** Swagger UI shows descriptions, and no extension. */
function samplesInWords(samples: unknown): string {
  const blocks = listOf(samples).map(
    ({ lang, label, source }) => `**${label}**\n\n\`\`\`${String(lang).toLowerCase()}\n${source}\n\`\`\``,
  )
  return `<details><summary>Code samples</summary>\n\n${blocks.join('\n\n')}\n\n</details>`
}

/** A body that may be left out is declared as null: nobody writes that. */
function completeBody(body: Json, example: unknown): void {
  const json = objectOf(objectOf(body.content)['application/json'])
  const schema = objectOf(json.schema)
  const choices = listOf(schema.anyOf)
  const real = choices.filter(({ type }) => type !== 'null')
  if (choices.length > real.length) {
    body.required = false
    json.schema = real.length === 1 ? real[0] : { anyOf: real }
  }
  if (example !== undefined) json.example = example
}

function completeResponse(status: number, response: Json, answer: unknown, also: unknown): void {
  const content = objectOf(response.content)
  const json = objectOf(content['application/json'])
  response.headers = headersOf(status)
  if (status < 400) {
    response.description = STATUS_CODES[status] ?? 'Success'
    // Nothing is said with it.
    if (status === 204) delete response.content
    else if (answer !== undefined) json.example = answer
  } else {
    const reasons = reasonsOf(json.schema)
    response.description = reasons.map((reason) => `\`${reason}\`: ${reasonEntry(reason).cause}`).join('\n\n')
    const shown = reasons.map((reason) => [reason, { summary: reason, value: exampleOf(reason) }])
    if (reasons.length > 0) json.examples = Object.fromEntries(shown)
  }
  if (also === 'page' && status !== 204) content['text/html'] = { schema: { type: 'string' } }
  if (status !== 200) return
  const kinds = also === 'stream' ? STREAM : also === 'stream-and-files' ? [...STREAM, ...FILES] : []
  for (const kind of kinds) content[kind] = { schema: { type: 'string' } }
}

const STREAM = ['text/event-stream']
const FILES = ['text/csv', 'application/x-ndjson']

const exampleOf = (reason: Reason) =>
  errorBody(
    reason === 'malformed-uuid' || reason === 'invalid-request'
      ? { reason, details: [{ field: reason === 'malformed-uuid' ? 'uuid' : 'body', message: 'says what is wrong' }] }
      : { reason },
    'c20b4a5f6d1e7788',
  )

function headersOf(status: number): Json {
  const header = (description: string) => ({ description, schema: { type: 'string' } })
  return {
    'X-Request-Id': header('Ties the answer to the gateway’s log.'),
    ...(status === 303 && { Location: header('The key’s page, relative.') }),
    ...(status === 401 && { 'WWW-Authenticate': header('`Bearer`') }),
    ...(status === 405 && { Allow: header('The methods that this path takes.') }),
    ...((status === 409 || status === 429 || status === 503) && { 'Retry-After': header('Whole seconds.') }),
  }
}

/** Also finds them where the same status has a success of its own, in an `anyOf`. */
function reasonsOf(schema: unknown): readonly Reason[] {
  const given = objectOf(schema)
  const choices = [given, ...listOf(given.anyOf)]
  return choices.flatMap((choice) => {
    const { enum: many, const: one } = objectOf(objectOf(choice.properties).reason)
    return (Array.isArray(many) ? many : [one]).filter(isReason)
  })
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOf = (value: unknown): Json => (isObject(value) ? value : {})
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
