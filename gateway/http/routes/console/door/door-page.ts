import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { DoorOpenings } from '#domain/locks/door-openings.ts'
import { afterIn, fingerprint, type PageOptions, sendStream } from '#http/routes/console/console-boards.ts'
import { staffOf } from '#http/routes/console/console-guard.ts'
import { pageTime, WithNews } from '#http/routes/console/page-frame.ts'
import { lockIdInPath } from '#http/shapes/fields.ts'
import type { LivePage, PageMessage } from '#http/streams/page-streams.ts'
import { consoleWordsFor } from '#http/words/console/console-languages.ts'
import { type DoorParts, joined, partsOf, showDoor } from './shown-door.ts'

const params = z.object({ lockId: lockIdInPath })
const query = z.looseObject({ before: z.string().default('').catch('') })
const config = { scopes: ['locks:read', 'audit:read'] } as const

/** One door: how it is, what happened at it, and what to do. */
export const doorPageRoutes: FastifyPluginAsyncZod<PageOptions> = async (app, options) => {
  const { deps, views, refuse } = options
  const { locks } = deps.open
  const path = DOOR_PATH

  app.get(path, { schema: { params, querystring: z.looseObject({}) }, config }, async (request, reply) => {
    const lock = locks.get(request.params.lockId)
    if (lock === null) return refuse(reply, { reason: 'lock-not-found' })
    return showDoor(request, reply, { lock, returned: null, options })
  })

  app.get(
    `${path}/stream`,
    { schema: { params, querystring: query }, config: { ...config, byItself: true } },
    async (request, reply) => {
      const { lockId } = request.params
      if (locks.get(lockId) === null) return refuse(reply, { reason: 'lock-not-found' })
      const words = consoleWordsFor(request)
      // Whatever changes an opening is an event of its lock: as long as there is none, nothing is read anew.
      let known: { readonly version: number; readonly found: DoorOpenings } | null = null
      const page = new LiveDoor(request, afterIn(request), async () => {
        const lock = await deps.store.findLock(lockId)
        if (lock === null) return null
        const asked = { before: request.query.before, settle: null, lock }
        const same = known?.version === lock.version ? known.found : null
        const { found, parts } = await partsOf(request, { ...asked, found: same }, options)
        known = { version: lock.version, found }
        return parts
      })
      const live = new WithNews(page, views, words, () => pageTime(request, deps, words))
      return sendStream({ request, reply, options, page: live, everyMs: 1_000 })
    },
  )
}

/** As the router has it. */
export const DOOR_PATH = '/console/doors/:lockId'

/** Those parts of the page that are not as it shows them. */
class LiveDoor implements LivePage {
  readonly #formToken: string
  readonly #after: string | null
  readonly #look: () => Promise<DoorParts | null>
  #told: DoorParts | null = null

  constructor(request: FastifyRequest, after: string | null, look: () => Promise<DoorParts | null>) {
    this.#formToken = staffOf(request).formToken
    this.#after = after
    this.#look = look
  }

  async next(): Promise<readonly PageMessage[]> {
    const parts = await this.#look()
    if (parts === null) return []
    const place = fingerprint(joined(parts), this.#formToken)
    const told = this.#told
    this.#told = parts
    if (told === null && place === this.#after) return []
    const changed = [parts.head, parts.unsettled, parts.alarms, parts.openings].filter((part, at) => {
      const before = told === null ? null : [told.head, told.unsettled, told.alarms, told.openings][at]
      return part !== null && part.toString() !== before?.toString()
    })
    return changed.length === 0 ? [] : [{ event: 'put', html: changed.join(''), place }]
  }
}
