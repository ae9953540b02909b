import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'

const NOBODY = '0'.repeat(16)
const DAY_MS = 86_400_000

let site: ApiSite
beforeAll(async () => {
  site = await startApiSite()
})
afterAll(() => site.close())

const asked = { name: 'Ada', role: 'manager' }

test.each<['GET' | 'POST' | 'PATCH' | 'DELETE', string, object | undefined]>([
  ['GET', '/staff', undefined],
  ['GET', '/staff/events', undefined],
  ['POST', '/staff', asked],
  ['PATCH', `/staff/${NOBODY}`, { role: 'manager' }],
  ['POST', `/staff/${NOBODY}/code`, undefined],
  ['DELETE', `/staff/${NOBODY}`, undefined],
])('%s %s is refused to a program of another organization, whatever its scopes', async (method, url, body) => {
  const answer = await site.ask(method, url, await site.service(SCOPES, 'other'), body)
  expect([answer.statusCode, answer.json()]).toMatchObject([403, { reason: 'wrong-organization' }])
  expect(site.staff.members.list()).toEqual([])
})

test.each([
  ['is over', 0],
  ['is too far', 400 * DAY_MS + 60_000],
])('an end of access that %s is named, of somebody new and of somebody known', async (name, inMs) => {
  const headers = await site.service(SCOPES)
  const until = new Date(site.clock.nowMs() + inMs).toISOString()
  const refused = { details: [{ field: 'until' }] }
  expect((await site.ask('POST', '/staff', headers, { ...asked, until })).json()).toMatchObject(refused)
  const known = await site.staff.members.add({ name, role: 'auditor', untilMs: null }, { kind: 'owner' })
  const id = known.kind === 'added' ? known.member.id : ''
  expect((await site.ask('PATCH', `/staff/${id}`, headers, { until })).json()).toMatchObject(refused)
})
