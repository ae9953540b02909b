import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import { setCommonHeaders } from '#http/headers/common-headers.ts'
import { refusalPage, type SignInOnPages } from '#http/pages/guest/refusal-page.ts'
import type { SceneName } from '#http/pages/guest/scenes.ts'
import { sendPage, setPageHeaders } from '#http/pages/shared/send-page.ts'
import { wantsPage } from '#http/requests/preference.ts'
import type { LockId, OpeningId } from '#protocol/ids.ts'
import type { Site } from './http-deps.ts'
import { type Reason, reasonEntry } from './reasons.ts'

export interface Detail {
  readonly field: string
  readonly message: string
}

/** Why a request is not answered with success. */
export interface Refusal {
  readonly reason: Reason
  /** Only when it says more than the reason's own sentence; never an exception's text. */
  readonly message?: string
  readonly details?: readonly Detail[]
  /** Stands at top level of the body. */
  readonly extra?: { readonly openingId: OpeningId; readonly lockId?: LockId; readonly lockReason?: string | null }
  readonly allow?: readonly string[]
  /** Whole seconds, in place of the reason's own. */
  readonly retryAfterS?: number
  /** Where a guest reads more than the reason's own page: what it says, and the way back. */
  readonly page?: { readonly scene: SceneName; readonly back: string | null }
}

/** The one shape of every error: a superset of what the vendor's clients look for. */
export function errorBody({ reason, message, details, extra }: Refusal, requestId: string) {
  const entry = reasonEntry(reason)
  const sentence = message ?? entry.message
  return {
    error: STATUS_CODES[entry.status] ?? 'Error',
    message: sentence,
    code: entry.status,
    reason,
    ...(details === undefined ? {} : { details }),
    ...extra,
    requestId,
    success: false,
    errors: [{ code: reason, message: sentence }],
  }
}

export type Refuse = (reply: FastifyReply, refusal: Refusal) => FastifyReply

/** Sends a refusal as the caller can read it: the guest's page to a browser on the guest's routes, JSON to all others. */
export const createRefuse =
  (site: Site, signIn: SignInOnPages): Refuse =>
  (reply, refusal) => {
    setRefusalHeaders(reply, refusal)
    if (!wantsPage(reply.request)) return reply.type('application/json').send(errorBody(refusal, reply.request.id))
    return sendPage(reply, refusalPage(site, refusal, reply, signIn))
  }

/** The same in place of an answer that is just leaving. */
export const createReplacement =
  (site: Site, signIn: SignInOnPages) =>
  (reply: FastifyReply, refusal: Refusal): string => {
    reply.removeHeader('www-authenticate')
    reply.removeHeader('content-length')
    setRefusalHeaders(reply, refusal)
    if (!wantsPage(reply.request)) {
      reply.type('application/json')
      return JSON.stringify(errorBody(refusal, reply.request.id))
    }
    setPageHeaders(reply)
    return refusalPage(site, refusal, reply, signIn).toString()
  }

/** Status and headers of a refusal, whatever its body. */
export function setRefusalHeaders(reply: FastifyReply, { reason, allow, ...said }: Refusal): void {
  const { status, retryAfterS: usual } = reasonEntry(reason)
  const retryAfterS = said.retryAfterS ?? usual
  reply.refusedFor = reason
  setCommonHeaders(reply)
  reply.status(status)
  if (retryAfterS !== undefined) reply.header('Retry-After', String(retryAfterS))
  // Whoever asks too often comes anew each time: then he waits among all who come, and takes no turn of theirs.
  if (status === 429) reply.header('Connection', 'close')
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer')
  if (allow !== undefined) reply.header('Allow', allow.join(', '))
}
