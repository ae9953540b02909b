import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpDeps } from '#http/contract/http-deps.ts'
import type { Refuse } from '#http/contract/refuse.ts'
import type { Front } from '#http/front/front.ts'
import { headerValues } from '#http/requests/header-values.ts'
import type { LivePage } from '#http/streams/page-streams.ts'
import { staffOf } from './console-guard.ts'
import type { ConsoleViews } from './console-views.ts'

/** What the pages ask of the site. */
export type PageDeps = Pick<
  HttpDeps,
  | 'site'
  | 'version'
  | 'runBefore'
  | 'open'
  | 'store'
  | 'manageAlarms'
  | 'manageLocks'
  | 'installation'
  | 'watchMessages'
  | 'alarmFigures'
  | 'storeBytes'
  | 'findLog'
  | 'readiness'
  | 'installation'
>

/** What the pages of the console are given. */
export interface PageOptions {
  readonly deps: PageDeps
  readonly refuse: Refuse
  readonly views: ConsoleViews
  readonly front: Pick<Front, 'isCallerThere'>
}

/** Other requests have their turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Where a page goes on: the last place that it was told, by its own script or by the browser. */
export function afterIn(request: FastifyRequest): string | null {
  const [lastEventId = ''] = headerValues(request.raw, 'last-event-id')
  if (lastEventId !== '') return lastEventId
  const { query } = request
  const after = typeof query === 'object' && query !== null && 'after' in query ? query.after : null
  // The script adds its own to the one that the page had.
  return typeof after === 'string' ? after : null
}

export function sendStream({
  request,
  reply,
  options,
  page,
  everyMs,
}: {
  request: FastifyRequest
  reply: FastifyReply
  options: PageOptions
  page: LivePage
  everyMs: number
}): FastifyReply {
  const { id, onEnd } = staffOf(request)
  const stream = options.views.streams.open({ page, holder: id, ip: request.ip, everyMs, onEnd })
  if (stream === 'too-many') return options.refuse(reply, { reason: 'overloaded' })
  return reply.type('text/event-stream').header('X-Accel-Buffering', 'no').send(stream)
}

/** What a page shows, so that its stream tells nothing of what it has. The token differs from page to page, and says nothing of what is shown. */
export const fingerprint = (shown: string, formToken: string | null): string =>
  hash('sha256', formToken === null ? shown : shown.replaceAll(formToken, ''), 'base64url').slice(0, 22)
