import fastify from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { REASONS } from '#http/contract/reasons.ts'
import { documented } from '#http/contract/route-docs.ts'
import { startApiSite } from '#test/http/support/api-site.ts'

const PUBLIC_ROUTES = [
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['POST', '/temp-keys/:uuid/open'],
  ['GET', '/temp-keys/:uuid'],
  ['POST', '/temp-keys/:uuid'],
  ['GET', '/openings/:openingId'],
  ['GET', '/locks'],
  ['GET', '/locks/:id/details'],
  ['GET', '/locks/:id/basic-info'],
  ['GET', '/locks/:id/events'],
  ['GET', '/locks/:id/temp-keys'],
  ['GET', '/events'],
  ['POST', '/locks/:id/CreateLock'],
  ['POST', '/locks/:id/SetOwner'],
  ['POST', '/locks/:id/SetOrganization'],
  ['POST', '/locks/:id/OpenLock'],
  ['POST', '/locks/:id/create-temp-key'],
  ['POST', '/locks/:id/update-temp-key'],
  ['POST', '/locks/:id/delete-temp-key'],
  ['POST', '/locks/:id/use-temp-key'],
  ['DELETE', '/temp-keys/:uuid'],
] as const

test('the listener for everybody has the routes of the contract, and the owner’s are not among them', async () => {
  const site = await startApiSite()
  try {
    for (const [method, url] of PUBLIC_ROUTES)
      expect([method, url, site.app.hasRoute({ method, url })]).toEqual([method, url, true])
    for (const [method, url] of [
      ['POST', '/locks'],
      ['PATCH', '/locks/:id'],
      ['GET', '/locks/:id/public-key'],
      ['GET', '/api-keys'],
      ['POST', '/api-keys'],
      ['POST', '/openings/:openingId/settle'],
      ['GET', '/broker-users'],
    ] as const) {
      expect([method, url, site.app.hasRoute({ method, url })]).toEqual([method, url, false])
    }
  } finally {
    await site.close()
  }
})

const about = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).length(1),
  security: z.array(z.record(z.string(), z.array(z.enum(SCOPES)))),
  response: z.record(z.string(), z.instanceof(z.ZodType)),
})
const docs = { operationId: 'x', summary: 'Do x', tag: 'Locks', answers: { 200: z.string() } } as const

test('a documented route names each status that its reasons have, with those reasons', () => {
  const route = documented(
    { body: z.strictObject({}) },
    { ...docs, reasons: ['lock-busy', 'unconfirmed'], scopes: ['keys:read'] },
  )
  const { response, security } = about.parse(route.schema)
  expect(security).toEqual([{ bearer: ['keys:read'] }, { apiKey: ['keys:read'] }])
  const statuses = new Set(route.config.reasons.map((reason) => String(REASONS[reason].status)))
  expect(new Set(Object.keys(response))).toEqual(new Set([...statuses, '200']))
  const body = (status: number, reason: string) => ({
    ...{ error: 'E', message: 'M.', code: status, reason, requestId: 'r', success: false },
    errors: [{ code: status, message: 'M.' }],
  })
  expect(response[409]?.safeParse(body(409, 'lock-busy')).success).toBe(true)
  expect(response[409]?.safeParse(body(409, 'opening-unconfirmed')).success).toBe(false)
  expect(response[401]?.safeParse(body(401, 'api-key-invalid')).success).toBe(true)
})

test('a route that nobody needs to be known for asks for no credential', () => {
  const { response, security } = about.parse(documented({}, docs).schema)
  expect(security).toEqual([])
  expect(response).not.toHaveProperty('401')
})

test('an answer that is not as declared leaves as it is, for the door may be open', async () => {
  const app = fastify()
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  app.get('/', documented({}, docs), async () => ({ other: true }))
  expect((await app.inject('/')).json()).toEqual({ other: true })
  await app.close()
})
