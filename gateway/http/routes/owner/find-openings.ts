import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { readHelpCode } from '#domain/openings/help-code.ts'
import type { Opening } from '#domain/openings/opening.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { openingBodyWithWords } from '#http/shapes/opening-body.ts'

/** More than ever share a code. */
const FOUND_MAX = 20

const codeInPath = z.string().transform((value, context) => {
  const code = readHelpCode(value)
  if (code !== null) return code
  context.issues.push({
    code: 'custom',
    message: 'must be the six letters and digits that a guest’s page shows',
    input: value,
  })
  return z.NEVER
})
const schema = { params: z.object({ code: codeInPath }) }

/** What staff asks with the code that a guest reads out. */
export const findOpeningRoutes: FastifyPluginAsyncZod<ManagementOptions> = async (app, options) => {
  const { store, locks } = options.deps.open
  app.addHook('onRequest', authenticateBy(options))

  app.get('/openings/by-code/:code', { schema, config: { jsonOnly: true } }, async (request) => {
    const { code, idStart } = request.params.code
    const found = await store.openingsThatBegin(idStart, FOUND_MAX)
    return { code, openings: await Promise.all(found.map(foundBody)) }
  })

  /** With what tells guests apart for staff; never the key itself, which opens. */
  async function foundBody(opening: Opening) {
    const key = opening.tempKeyUuid === null ? null : await store.findTempKey(opening.tempKeyUuid)
    return {
      ...openingBodyWithWords(opening),
      lockName: locks.get(opening.lockId)?.name ?? `Lock ${opening.lockId}`,
      keyDescription: key?.description ?? null,
    }
  }
}
