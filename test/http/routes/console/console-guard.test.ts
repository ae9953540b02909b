import fastify, { type FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { OWNER_LISTENER } from '#http/contract/http-deps.ts'
import { unlimited } from '#http/limits/rate-limits.ts'
import { guardConsole } from '#http/routes/console/console-guard.ts'
import { startConsoleSite } from '#test/http/support/console-site.ts'

async function guarded(): Promise<FastifyInstance> {
  const { staff } = await startConsoleSite()
  const app = fastify()
  guardConsole(app, {
    ...{ deps: { staff }, limits: unlimited, listener: OWNER_LISTENER },
    ...{ refuse: (reply, { reason }) => reply.send(reason), wayOf: () => 'secure' },
  })
  return app
}

test('a page that does not say who may see it does not start, nor does one that changes something by looking', async () => {
  const app = await guarded()
  const answer = async () => 'x'
  expect(() => app.get('/console/open', answer)).toThrow('/console/open names no scopes')
  expect(() => app.post('/console/none', { config: { scopes: [] } }, answer)).toThrow('names no scopes')
  for (const scope of ['keys:read', 'locks:read', 'audit:read'] as const) {
    const config = { scopes: [scope, 'alarms:write'] } as const
    expect(() => app.post(`/console/${scope}`, { config }, answer)).toThrow('with a scope that only reads')
  }
  app.get('/console/look', { config: { scopes: ['audit:read'] } }, answer)
  app.post('/console/change', { config: { scopes: ['alarms:write'] } }, answer)
})

test('whoever is signed in asks as often a minute as a credential may, in all windows together', async () => {
  const site = await startConsoleSite({ limits: { calls: 3 } })
  const { code } = await site.add('auditor')
  const windows = [await site.signIn(code), await site.signIn(code)] as const
  const statuses = []
  for (const cookie of [...windows, ...windows]) statuses.push((await site.look(cookie)).statusCode)
  expect(statuses).toEqual([200, 200, 200, 429])
})
