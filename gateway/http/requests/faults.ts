import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { StoreFault } from '#domain/store-fault.ts'
import type { HttpLog } from '#http/contract/http-deps.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import type { SecurityHeaders } from '#http/headers/security-headers.ts'
import { TooManyLargeBodies } from './large-bodies.ts'
import { redact } from './redact.ts'

/** The one handler of what must not happen; its answers never carry an exception's text. */
export function addFaultHandler(app: FastifyInstance, refuse: Refuse, log: HttpLog): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const refusal = refusalOfError(error)
    if (refusal.reason === 'internal' || refusal.reason === 'store-failed') logFault(error, request, log)
    return refuse(reply, refusal)
  })
}

function refusalOfError(error: FastifyError): Refusal {
  if (error instanceof StoreFault) return storeRefusal(error)
  if (error instanceof TooManyLargeBodies) return { reason: 'overloaded' }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { reason: 'body-too-large' }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return { reason: 'unsupported-media-type' }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return { reason: 'bad-http' }
  }
  if (error.statusCode === 400) {
    return { reason: 'invalid-request', details: [{ field: 'body', message: 'must be valid JSON in UTF-8' }] }
  }
  return { reason: 'internal' }
}

function storeRefusal({ mayBeStored }: StoreFault): Refusal {
  if (!mayBeStored) return { reason: 'store-failed' }
  const message = 'The disk has not answered: the change may be stored or not. Ask for it once more.'
  return { reason: 'store-failed', message }
}

/** A URL that can't be routed: Fastify asks before any hook has run, so that headers are set here, too. */
export const createFrameworkErrors =
  (refuse: Refuse, headers: SecurityHeaders, log: HttpLog) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const reason =
      error.code === 'FST_ERR_BAD_URL'
        ? 'bad-http'
        : error.code === 'FST_ERR_MAX_PARAM_LENGTH'
          ? 'url-too-long'
          : 'internal'
    if (reason === 'internal') logFault(error, request, log)
    else log?.info({ requestId: request.id, method: request.method, reason }, 'request without a route')
    refuse(reply.headers(headers), { reason })
  }

function logFault(error: Error, request: FastifyRequest, log: HttpLog): void {
  const route = request.routeOptions?.url ?? null
  log?.error(
    { requestId: request.id, route, fault: error.name, stack: redact(error.stack ?? error.message) },
    'request failed',
  )
}
