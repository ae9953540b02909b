import type { FastifyReply } from 'fastify'
import { setCommonHeaders } from '#http/headers/common-headers.ts'
import { refusalPage, type SignInOnPages } from '#http/pages/guest/refusal-page.ts'
import { sendPage, setPageHeaders } from '#http/pages/shared/send-page.ts'
import { wantsPage } from '#http/requests/preference.ts'
import type { Site } from './http-deps.ts'
import { reasonEntry } from './reasons.ts'
import { errorBody, type Refusal } from './refusal.ts'

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
  // A client over its rate has to connect again each time, and so queues behind everybody else who connects.
  if (status === 429) reply.header('Connection', 'close')
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer')
  if (allow !== undefined) reply.header('Allow', allow.join(', '))
}
