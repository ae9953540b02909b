import type { FastifyPluginAsyncZod } from '@fastify/type-provider-zod'
import { z } from 'zod'
import { findOpenings } from '#domain/openings/find-openings.ts'
import { readHelpCode } from '#domain/openings/help-code.ts'
import { authenticateBy, type ManagementOptions } from '#http/routes/route-options.ts'
import { openingBodyWithWords } from '#http/shapes/opening-body.ts'

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
  const { open } = options.deps
  app.addHook('onRequest', authenticateBy(options))

  app.get('/openings/by-code/:code', { schema, config: { jsonOnly: true } }, async (request) => {
    const found = await findOpenings(request.params.code, open)
    return {
      code: request.params.code.code,
      openings: found.map(({ opening, ...shown }) => ({ ...openingBodyWithWords(opening), ...shown })),
    }
  })
}
