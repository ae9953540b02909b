import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { principalLabel } from '#domain/access/principal.ts'
import { findLog, type LogReader, type LogRefusal } from '#domain/events/find-log.ts'
import { localStamps } from '#domain/time/local-stamps.ts'
import { unreachable } from '#domain/unreachable.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { callerOf, type ManagementOptions } from '#http/routes/route-options.ts'
import { logCursor } from '#http/shapes/log-cursor.ts'
import { logEntryAnswer, logEntryBody } from '#http/shapes/log-entry-body.ts'
import { isLogAsked, type LogFilterQuery, type LogFormat, logFilterOf } from '#http/shapes/log-query.ts'
import { LogFiles } from '#http/streams/log-files.ts'
import { StreamPlaces } from '#http/streams/stream-places.ts'

export const logPageAnswer = z.strictObject({
  entries: z.array(logEntryAnswer),
  nextCursor: z.string().nullable(),
  newest: z.string(),
})

/** Pages wait for one another: more than these would only wait longer, and make others wait. */
const PAGES_UNDER_WAY = { inAll: 200, ofOneHolder: 10, ofOneNetwork: 50 }

const MEDIA_TYPES: Readonly<Record<string, LogFormat>> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/x-ndjson': 'jsonl',
}

export type LogQuery = LogFilterQuery & { readonly limit?: number }

/** The log: what happened from the newest on, for people, by page or as a file. */
export class EventLogAnswers {
  readonly #options: ManagementOptions
  readonly #pages = new StreamPlaces(PAGES_UNDER_WAY)
  readonly #files: LogFiles

  constructor(options: ManagementOptions) {
    this.#options = options
    this.#files = new LogFiles(options.deps, options.refuse)
  }

  isAsked = (request: FastifyRequest, query: LogFilterQuery): boolean =>
    isLogAsked(query) || formatOf(request, query) !== 'json'

  async answer(request: FastifyRequest, reply: FastifyReply, query: LogQuery): Promise<FastifyReply> {
    const format = formatOf(request, query)
    const { principal, scopes } = callerOf(request)
    const reader: LogReader = { principal, seesPeople: scopes.has('keys:read') }
    return format === 'json'
      ? await this.#page(request, reply, query, reader)
      : this.#file(request, reply, { query, reader, format })
  }

  /** A file that goes on would keep the listener from closing. */
  close(): void {
    this.#files.close()
  }

  async #page(request: FastifyRequest, reply: FastifyReply, query: LogQuery, reader: LogReader): Promise<FastifyReply> {
    const { deps, refuse } = this.#options
    const leave = this.#pages.take({ holder: principalLabel(reader.principal), ip: request.ip })
    if (leave === null) return refuse(reply, { reason: 'overloaded' })
    try {
      const { before = null, newerThan = null, limit = 100 } = query
      const found = await findLog({ filter: logFilterOf(query), before, newerThan, limit }, reader, deps.findLog)
      if (found.kind !== 'found') return refuse(reply, refusalOf(found))
      const local = localStamps(deps.findLog.zone)
      return reply.send({
        entries: found.entries.map((entry) => logEntryBody(entry, reader.seesPeople, local)),
        nextCursor: found.next === null ? null : logCursor(found.next),
        newest: logCursor(found.newest),
      })
    } finally {
      leave()
    }
  }

  #file(
    request: FastifyRequest,
    reply: FastifyReply,
    { query, reader, format }: { query: LogQuery; reader: LogReader; format: Exclude<LogFormat, 'json'> },
  ): FastifyReply {
    const { refuse } = this.#options
    const wrong = (['before', 'newerThan'] as const).filter((name) => query[name] !== undefined)
    if (wrong.length > 0) {
      const details = wrong.map((field) => ({ field, message: 'goes with pages alone: a file has everything' }))
      return refuse(reply, { reason: 'invalid-request', details })
    }
    const asked = { filter: logFilterOf(query), format, seesPeople: reader.seesPeople, caller: callerOf(request) }
    const answered = this.#files.answer(request, reply, asked)
    return 'kind' in answered ? refuse(reply, refusalOf(answered)) : answered
  }
}

function formatOf(request: FastifyRequest, { format }: LogFilterQuery): LogFormat {
  if (format !== undefined) return format
  const wanted = request.accepts().type(Object.keys(MEDIA_TYPES))
  return (typeof wanted === 'string' ? MEDIA_TYPES[wanted] : undefined) ?? 'json'
}

function refusalOf({ kind }: LogRefusal): Refusal {
  const wrong = (field: string, message: string): Refusal => ({
    reason: 'invalid-request',
    details: [{ field, message }],
  })
  switch (kind) {
    case 'no-such-door':
      return wrong('door', 'is neither the number nor a part of the name of a door that you may see')
    case 'no-such-area':
      return wrong('area', 'is the area of no door that you may see')
    case 'may-not-see-people':
      return {
        reason: 'insufficient-scope',
        message: 'To look for persons and keys, a credential needs the scope keys:read.',
      }
    default:
      return unreachable(kind)
  }
}
