import fastify, { type FastifyInstance } from 'fastify'
import { alwaysTurning } from '#http/front/arrivals.ts'
import { createClientErrorHandler } from '#http/front/broken-connections.ts'
import { Front, type FrontOptions } from '#http/front/front.ts'

/** A bare app behind the front of a listener; a test adds its routes, and states its difference. */
export function frontApp(options: Partial<FrontOptions> & { lingerMaxMs?: number } = {}): {
  app: FastifyInstance
  front: Front
} {
  const { lingerMaxMs = 5_000, ...rest } = options
  const heartbeat = alwaysTurning(() => performance.now())
  const front = new Front({ heartbeat, tls: null, isOnPort: true, silenceMaxMs: 15_000, log: null, ...rest })
  const onBroken = createClientErrorHandler(front, {}, null)
  const app = fastify({
    serverFactory: (serve) => front.createServer(serve, onBroken),
    clientErrorHandler: () => {},
  })
  front.closeWith(app, lingerMaxMs)
  return { app, front }
}
