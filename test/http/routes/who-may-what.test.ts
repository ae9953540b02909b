import { text } from 'node:stream/consumers'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { SCOPES } from '#domain/access/caller.ts'
import { STAFF_ROLES } from '#domain/access/roles.ts'
import { createApp } from '#http/app.ts'
import { OWNER_LISTENER } from '#http/contract/http-deps.ts'
import { maskedFormToken } from '#http/session/form-tokens.ts'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { routesOf } from '#test/http/support/route-list.ts'
import { WHO_MAY } from './who-may-what.ts'

/** What only the owner's socket has. */
const OWNER = 'owner'

let site: ApiSite
let ownerApp: FastifyInstance
let found: Readonly<Record<string, string>>
beforeAll(async () => {
  site = await startApiSite()
  ownerApp = await createApp(site.deps, OWNER_LISTENER, null)
  found = await askEveryRoute()
}, 120_000)
afterAll(async () => {
  await ownerApp.close()
  await site.close()
})

test('every route is in the table, and no other', () => {
  expect(Object.keys(found).sort()).toEqual(Object.keys(WHO_MAY).sort())
})

test.each(Object.entries(WHO_MAY))('%s is for %s', (route, who) => {
  expect(found[route]).toBe(who)
})

async function askEveryRoute(): Promise<Readonly<Record<string, string>>> {
  const here = routesOf(site.app)
  const entries: [string, string][] = routesOf(ownerApp)
    .filter((route) => !here.includes(route))
    .map((route) => [route, OWNER])
  const keys = await Promise.all(SCOPES.map(async (scope) => [scope, await site.service([scope])] as const))
  const people = await Promise.all(STAFF_ROLES.map(async (role) => [role, await codeOf(role)] as const))
  for (const route of here) {
    if (await isLet(route, {})) {
      entries.push([route, 'everybody'])
      continue
    }
    const who: string[] = []
    for (const [role, code] of people) if (await isLet(route, await signedIn(code))) who.push(role)
    for (const [scope, headers] of keys) if (await isLet(route, headers)) who.push(scope)
    entries.push([route, who.join(' ')])
  }
  return Object.fromEntries(entries.map(([route, who]) => [withoutHash(route), who]))
}

async function codeOf(role: (typeof STAFF_ROLES)[number]): Promise<string> {
  const added = await site.staff.members.add({ name: role, role, untilMs: null }, { kind: 'owner' })
  if (added.kind !== 'added') throw new Error(added.kind)
  return added.code
}

/** A session of its own for each route: some of them end it. */
async function signedIn(code: string): Promise<Record<string, string>> {
  const begun = await site.staff.sessions.signIn(code, { before: null, isSecure: false })
  const value = begun?.value ?? ''
  return { cookie: `latchkey-staff=${value}`, 'x-form-token': maskedFormToken(value) }
}

/** Whatever becomes of the request: nobody has to be somebody else for it. */
async function isLet(route: string, headers: Record<string, string>): Promise<boolean> {
  const [method, path = ''] = route.split(' ')
  const url = path
    .replace(':lockId', '101')
    .replace(':staffId', '0'.repeat(16))
    .replace(':openingId', 'a'.repeat(22))
    .replace(':uuid', '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b')
    .replace(':id', '101')
  const answer = await site.app.inject({
    ...{ method: method === 'GET' || method === 'DELETE' || method === 'PATCH' ? method : 'POST', url },
    headers: { 'sec-fetch-site': 'same-origin', accept: 'application/json', ...headers },
    payloadAsStream: true,
  })
  const { statusCode } = answer
  const isToSignIn = String(answer.headers.location).startsWith('/console/sign-in?next')
  if (statusCode < 400) {
    answer.stream().destroy()
    return !isToSignIn
  }
  const { reason } = z.looseObject({ reason: z.string() }).parse(JSON.parse(await text(answer.stream())))
  return statusCode !== 401 && reason !== 'insufficient-scope'
}

/** The name of a file that is named by its content changes with it. */
const withoutHash = (route: string): string => route.replace(/-[0-9a-f]{16}(?=[.])/, '-*')
