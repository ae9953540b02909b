import type { FastifyPluginAsync } from 'fastify'
import { PAUSE_SCRIPT, SCRIPT, SIGN_IN_SCRIPT, STYLE } from '#http/pages/console/console-assets.ts'
import { sendStored, storedFile } from '#http/reference/stored-file.ts'
import { Transfers } from '#http/reference/transfers.ts'
import type { RouteOptions } from '#http/routes/route-options.ts'

/** Named by its content: what has this name never changes. */
const KEPT_FOR_A_YEAR = 'public, max-age=31536000, immutable'

/** Style and script of the console. They tell nothing, and the sign-in page needs them: nobody has to be known. */
export const consoleAssetRoutes: FastifyPluginAsync<Pick<RouteOptions, 'refuse'>> = async (app, { refuse }) => {
  const transfers = new Transfers()
  for (const { path, type, text } of [STYLE, SCRIPT, SIGN_IN_SCRIPT, PAUSE_SCRIPT]) {
    const file = await storedFile(type, Buffer.from(text))
    const config = { jsonOnly: true }
    app.get(path, { config }, async (_request, reply) => {
      return (
        sendStored(reply, file, { cacheControl: KEPT_FOR_A_YEAR, transfers }) ?? refuse(reply, { reason: 'overloaded' })
      )
    })
  }
}
