import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { setCommonHeaders } from '#http/headers/common-headers.ts'
import { consoleRefusalPage, isOfConsole } from '#http/pages/console/refusal-page.ts'
import { setConsoleHeaders } from '#http/pages/console/send-console-page.ts'
import { askingOf } from '#http/pages/guest/asking.ts'
import { refusalPage, type SignInOffered } from '#http/pages/guest/refusal-page.ts'
import type { Html } from '#http/pages/shared/html.ts'
import { setPageHeaders } from '#http/pages/shared/send-page.ts'
import { wantsPage } from '#http/requests/preference.ts'
import type { Site } from './http-deps.ts'
import { reasonEntry } from './reasons.ts'
import { errorBody, type Refusal } from './refusal.ts'

export type Refuse = (reply: FastifyReply, refusal: Refusal) => FastifyReply

/** What a page that asks for a sign-in needs of it. */
interface SignInOnPages {
  offer(request: FastifyRequest, reply: FastifyReply): SignInOffered | null
}

/** Sets the page's headers too: those of a guest's page and of the console's differ. */
type PageOfRefusal = (reply: FastifyReply, refusal: Refusal) => Html

export const createPageOfRefusal =
  (site: Site, signIn: SignInOnPages): PageOfRefusal =>
  (reply, refusal) => {
    const { request } = reply
    if (isOfConsole(request)) {
      setConsoleHeaders(reply)
      return consoleRefusalPage(request, site, refusal)
    }
    setPageHeaders(reply)
    return refusalPage(site, refusal, askingOf(request), () => signIn.offer(request, reply))
  }

/** Sends a refusal as the caller can read it: the guest's page to a browser on the guest's routes, JSON to all others. */
export const createRefuse =
  (pageOf: PageOfRefusal): Refuse =>
  (reply, said) => {
    const refusal = withNumber(reply.request, said)
    setRefusalHeaders(reply, refusal)
    if (!wantsPage(reply.request)) return reply.type('application/json').send(errorBody(refusal, reply.request.id))
    return reply.send(pageOf(reply, refusal).toString())
  }

const lockInPath = z.object({ id: z.number() })

/** Whoever asks for a lock that is not there may have typed another number than he thinks. */
function withNumber({ params }: FastifyRequest, refusal: Refusal): Refusal {
  if (refusal.reason !== 'lock-not-found' || refusal.message !== undefined) return refusal
  const named = lockInPath.safeParse(params)
  return named.success ? { ...refusal, message: `There is no lock ${named.data.id}.` } : refusal
}

/** The same in place of an answer that is just leaving. */
export const createReplacement =
  (pageOf: PageOfRefusal) =>
  (reply: FastifyReply, refusal: Refusal): string => {
    reply.removeHeader('www-authenticate')
    reply.removeHeader('content-length')
    setRefusalHeaders(reply, refusal)
    if (!wantsPage(reply.request)) {
      reply.type('application/json')
      return JSON.stringify(errorBody(refusal, reply.request.id))
    }
    return pageOf(reply, refusal).toString()
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
