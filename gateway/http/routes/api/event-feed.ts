import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import type { Caller } from '#domain/access/caller.ts'
import { principalLabel } from '#domain/access/principal.ts'
import type { LockEvent } from '#domain/events/events.ts'
import type { Refusal } from '#http/contract/refusal.ts'
import { documented } from '#http/contract/route-docs.ts'
import { headerValues } from '#http/requests/header-values.ts'
import { wantsEventStream } from '#http/requests/preference.ts'
import { authenticateBy, callerOf, type ManagementOptions } from '#http/routes/route-options.ts'
import { feedCursor, feedCursorField, parseFeedCursor } from '#http/shapes/feed-cursor.ts'
import { wholeNumberInQuery } from '#http/shapes/fields.ts'
import { lockEventAnswer, lockEventBody } from '#http/shapes/lock-event-body.ts'
import { logFilterQuery } from '#http/shapes/log-query.ts'
import { EventStreams } from '#http/streams/event-streams.ts'
import { StreamPlaces } from '#http/streams/stream-places.ts'
import { EventLogAnswers, logPageAnswer } from './event-log.ts'

const feed = documented(
  {
    querystring: z.object({
      after: feedCursorField.optional(),
      ...logFilterQuery,
      limit: wholeNumberInQuery(1, 500).default(100),
    }),
  },
  {
    operationId: 'readEvents',
    also: 'stream-and-files',
    summary: 'Follow what happens at all locks that the caller may see, or look for what happened',
    description:
      'In the order of commits, from the beginning or after a cursor. With `Accept: text/event-stream` as server-sent events that go on; `Last-Event-ID` goes before `after`. Nothing is skipped or told twice, across restarts too.\n\nWith `order=newest`, or with any filter, it is the log: newest first, each entry with the door, who came, by which key and way, and what came of it, in `entries`. `nextCursor` goes to `before` for the next page, `newest` to `newerThan` for what came since; a page may hold fewer than `limit`, even none, while `nextCursor` is there. What nobody knows is "unknown". `door` is a lock’s number or a part of its name, `area` the whole name of an area, `key` a part of a key’s description, its UUID or its link, `person` a part of what a person is called by; `result` and `kind` take several with commas; `steps=false` leaves out what an opening goes through before its end. `Accept: text/csv` or `application/x-ndjson`, or `format`, gives everything as a file, as long as it is: 30 files a minute of one credential at most.\n\nWho came, descriptions of keys and what people wrote are shown with the scope `keys:read`, and `key` and `person` need it. Whoever reads guests’ names is an event of the log himself.',
    tag: 'Events',
    answers: {
      200: z.union([
        z.strictObject({ events: z.array(lockEventAnswer), nextCursor: z.string(), more: z.boolean() }),
        logPageAnswer,
      ]),
    },
    reasons: ['overloaded', 'not-owner', 'wrong-organization'],
    scopes: ['locks:read', 'audit:read'],
  },
)

/** Pages wait for one another: more than these would only wait longer, and make others wait. */
const PAGES_UNDER_WAY = { inAll: 200, ofOneHolder: 10, ofOneNetwork: 50 }

/** What happened at all locks, as a list to poll and as a stream. */
export const eventFeedRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { deps, refuse } = options
  const { locks, clock, log } = deps.open
  const streams = new EventStreams({ feed: deps.feed, clock, log })
  const eventLog = new EventLogAnswers(options)
  const pagesUnderWay = new StreamPlaces(PAGES_UNDER_WAY)
  app.addHook('onRequest', authenticateBy(options))
  // A stream that goes on would keep the listener from closing.
  app.addHook('preClose', async () => {
    streams.close()
    eventLog.close()
  })

  app.get('/events', feed, async (request, reply) => {
    const { limit, after = 0 } = request.query
    const caller = callerOf(request)
    const isStream = wantsEventStream(request)
    if (eventLog.isAsked(request, request.query)) {
      if (isStream) return refuse(reply, noSuchStream)
      if (request.query.after !== undefined) return refuse(reply, wrongCursor('after', OF_THE_FEED))
      return await eventLog.answer(request, reply, request.query)
    }
    if (isStream && locks.seenBy(caller.principal)?.size === 0) return refuse(reply, seesNothing(caller))
    const [lastEventId] = isStream ? headerValues(request.raw, 'last-event-id') : []
    const afterSeq = lastEventId === undefined || lastEventId === '' ? after : parseFeedCursor(lastEventId)
    const field = afterSeq === after ? 'after' : 'last-event-id'
    if (afterSeq === null) return refuse(reply, wrongCursor(field, 'must be the id of a streamed event'))
    // After a restore the store may be behind what a client knows: it must not take what is new for what it has seen.
    if (afterSeq > (await deps.feed.lastSeq())) {
      return refuse(reply, wrongCursor(field, 'is ahead of this store: was it restored from a backup?'))
    }
    if (!isStream) {
      const leave = pagesUnderWay.take({ holder: principalLabel(caller.principal), ip: request.ip })
      if (leave === null) return refuse(reply, { reason: 'overloaded' })
      try {
        const page = await pageFor(caller, afterSeq, limit, null)
        const events = page.events.map((event) => bodyFor(caller, event))
        return reply.send({ events, nextCursor: feedCursor(page.lastSeq), more: page.more })
      } finally {
        leave()
      }
    }
    const stream = streams.open({
      ...{ caller, afterSeq, ip: request.ip },
      page: (seq, most, end) => pageFor(caller, seq, most, end),
      render: (event) => JSON.stringify(bodyFor(caller, event)),
    })
    if (stream === 'too-many') return refuse(reply, { reason: 'overloaded' })
    return reply.type('text/event-stream').header('X-Accel-Buffering', 'no').send(stream)
  })

  async function pageFor({ principal }: Caller, seq: number, limit: number, end: AbortSignal | null) {
    const page = await deps.feed.eventsAfter(seq, locks.seenBy(principal), limit, end)
    // Locks may have changed hands while it was read.
    const seen = locks.seenBy(principal)
    return { ...page, events: page.events.filter(({ lockId }) => seen === null || seen.has(lockId)) }
  }

  function bodyFor({ scopes }: Caller, event: LockEvent) {
    const lock = locks.get(event.lockId)
    if (lock === null) throw new Error('an event of a lock that is not there')
    return lockEventBody(event, lock, scopes.has('keys:read'))
  }
}

/** A stream that can tell nothing would only take the place of one that can. */
const seesNothing = ({ principal }: Caller): Refusal =>
  principal.kind === 'service'
    ? { reason: 'wrong-organization', message: 'Your organization has no lock here: there is nothing to stream.' }
    : { reason: 'not-owner', message: 'You own no lock here: there is nothing to stream.' }

const OF_THE_FEED = 'goes with the feed alone: the log takes before and newerThan'
const noSuchStream: Refusal = {
  reason: 'invalid-request',
  message: 'The stream takes no filter: ask the log for what is newerThan its newest.',
}

const wrongCursor = (field: string, message: string): Refusal => ({
  reason: 'invalid-request',
  details: [{ field, message }],
})
