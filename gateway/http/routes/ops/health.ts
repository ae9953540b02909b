import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import type { Readiness } from '#domain/upkeep/readiness.ts'
import { documented } from '#http/contract/route-docs.ts'

const alive = documented(
  {},
  {
    operationId: 'getHealth',
    summary: 'Ask whether the process answers',
    tag: 'Health',
    answers: { 200: z.strictObject({ status: z.literal('ok'), version: z.string() }) },
  },
)

const readinessAnswer = z.strictObject({
  status: z.enum(['ready', 'not-ready']),
  checks: z.record(
    z.string(),
    z.strictObject({
      status: z.enum(['ok', 'warning', 'failed']),
      severity: z.enum(['notice', 'warning', 'critical']).nullable(),
      reason: z.string().nullable(),
      message: z.string(),
      advice: z.string().nullable(),
      facts: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
    }),
  ),
})
const ready = documented(
  {},
  {
    operationId: 'getReadiness',
    summary: 'Ask whether doors can be opened now',
    description:
      '503 when a check has failed. A warning is something that somebody should look at; its severity says how soon, its advice what to do.',
    tag: 'Health',
    answers: { 200: readinessAnswer, 503: readinessAnswer },
  },
)

/** For whoever watches over the gateway: nobody needs to be known, and nothing here is a secret. */
export const healthRoutes: FastifyPluginAsync<{ version: string; readiness: Readiness }> = async (app, options) => {
  app.get('/healthz', alive, async () => ({ status: 'ok', version: options.version }))

  app.get('/readyz', ready, async (_request, reply) => {
    const checks = await options.readiness()
    const isReady = Object.values(checks).every(({ status }) => status !== 'failed')
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not-ready', checks })
  })
}
