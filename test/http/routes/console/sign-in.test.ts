import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleSite, OWN, PAGE, startConsoleSite } from '#test/http/support/console-site.ts'
import { NOW_MS } from '#test/http/support/route-samples.ts'

let site: ConsoleSite
beforeAll(async () => {
  site = await startConsoleSite()
})
afterAll(() => site.app.close())

const OWNER = { kind: 'owner' } as const

test('a good code signs in, in whatever way it is typed, and the session is named by a new cookie each time', async () => {
  const { code, member } = await site.add('technician', 'Tilda')
  const forms = [code, code.toLowerCase(), code.replaceAll('-', ' '), code.replaceAll('0', 'O').replaceAll('1', 'l')]
  const cookies = await Promise.all(forms.map((form) => site.signIn(form)))
  expect(new Set(cookies).size).toBe(forms.length)
  for (const cookie of cookies) {
    const page = await site.look(cookie)
    expect([page.statusCode, page.body.includes(member.name)]).toEqual([200, true])
  }
})

test('the cookie is for no script, no other site and no plain HTTP, where the console is served over TLS', async () => {
  const { code } = await site.add('technician', 'Cookie')
  const here = await site.trySignIn(code)
  expect(here.headers['set-cookie']).toMatch(
    /^latchkey-staff=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
  )
  const secure = await site.trySignIn(code, { host: 'keys.example.org' })
  expect(secure.headers['set-cookie']).toMatch(
    /^__Host-latchkey-staff=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
})

test('a session that began over TLS is nobody over plain HTTP, and the other way round', async () => {
  const { code } = await site.add('technician', 'Thief')
  const valueIn = (cookie: string) => cookie.split('=')[1] ?? ''
  const secure = valueIn(await site.signIn(code, { host: 'keys.example.org' }))
  const plain = valueIn(await site.signIn(code))
  const seen = async (cookie: string, host: string) => (await site.look(cookie, '/console/doors', { host })).statusCode
  expect(await seen(`__Host-latchkey-staff=${secure}`, 'keys.example.org')).toBe(200)
  for (const name of ['latchkey-staff', '__Host-latchkey-staff']) {
    expect(await seen(`${name}=${secure}`, 'localhost')).toBe(303)
    expect(await seen(`${name}=${plain}`, 'keys.example.org')).toBe(303)
  }
})

test('wrong, removed, ended and malformed codes get the same answer', async () => {
  const removed = await site.add('technician', 'Removed')
  await site.staff.members.change(removed.member.id, { kind: 'removed' }, OWNER)
  const replaced = await site.add('technician', 'Replaced')
  await site.staff.members.newCode(replaced.member.id, OWNER)
  const ended = await site.add('technician', 'Ended')
  await site.staff.members.change(ended.member.id, { kind: 'until', untilMs: NOW_MS + 60_000 }, OWNER)
  site.clock.wallMs = NOW_MS + 60_000
  const codes = ['0000-0000-0000-0000', 'not a code', removed.code, replaced.code, ended.code]
  const answers = await Promise.all(codes.map((code) => site.trySignIn(code)))
  site.clock.wallMs = NOW_MS
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(codes.map(() => 401))
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  expect(answers.flatMap(({ cookies }) => cookies)).toEqual([])
})

test('a session that somebody else chose is never taken over, and signing in ends the one before', async () => {
  const { code } = await site.add('technician', 'Fixed')
  const chosen = `latchkey-staff=${'x'.repeat(43)}`
  const first = await site.signIn(code, { cookie: chosen })
  expect(first).not.toBe(chosen)
  expect((await site.look(chosen)).statusCode).toBe(303)
  const second = await site.signIn(code, { cookie: first })
  expect([(await site.look(first)).statusCode, (await site.look(second)).statusCode]).toEqual([303, 200])
})

test('no look signs anybody in: a code in an address is refused and stands nowhere in the log', async () => {
  const { code } = await site.add('technician', 'Preview')
  for (const method of ['GET', 'HEAD'] as const) {
    const answer = await site.app.inject({ method, url: `/console/sign-in?code=${code}`, headers: PAGE })
    expect([answer.statusCode, answer.cookies]).toEqual([400, []])
  }
  expect((await site.app.inject({ url: '/console/sign-in', headers: PAGE })).cookies).toEqual([])
  expect(site.logged()).not.toContain(code)
})

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://evil.example.org' }],
  ['a page that withholds its origin', { origin: 'null' }],
  ['a program that says nothing', {}],
])('a form of %s signs nobody in', async (_who, headers) => {
  const { code } = await site.add('technician', `From ${_who}`)
  const payload = { code }
  const answer = await site.app.inject({
    method: 'POST',
    url: '/console/sign-in',
    headers: { ...PAGE, ...headers },
    payload,
  })
  expect([answer.statusCode, answer.cookies]).toEqual([403, []])
})

test.each([
  ['/console/log?door=7', '/console/log?door=7'],
  ['/console', '/console'],
  ['//evil.example/console', '/console'],
  ['/\\evil.example/console', '/console'],
  ['https://evil.example/console', '/console'],
  ['//evil.example/console/log', '/console/log'],
  ['javascript:/console/log', '/console/log'],
  ['/console/../..//evil.example', '/console'],
  ['/console/../temp-keys/x', '/console'],
  ['/consoles', '/console'],
  ['/console/sign-out', '/console'],
])('after signing in, the way to %s leads to %s', async (next, leadsTo) => {
  const { code } = await site.add('technician', `Next ${next}`)
  expect((await site.trySignIn(code, {}, { next })).headers.location).toBe(leadsTo)
})

test('whoever is not signed in is led to the sign-in and back; a program is told', async () => {
  const page = await site.app.inject({ url: '/console?lang=de', headers: PAGE })
  expect([page.statusCode, page.headers.location]).toEqual([303, '/console/sign-in?next=%2Fconsole%3Flang%3Dde'])
  const program = await site.app.inject({ url: '/console', headers: { accept: 'application/json' } })
  expect([program.statusCode, program.json()]).toMatchObject([401, { reason: 'not-signed-in' }])
})

test('who signs in again and again waits, and keeps nobody else from it', async () => {
  const [loop, other] = [await site.add('auditor', 'Loop'), await site.add('auditor', 'Other')]
  const statuses = []
  for (let count = 0; count < 32; count += 1) statuses.push((await site.trySignIn(loop.code)).statusCode)
  expect(statuses).toEqual([...Array.from({ length: 30 }, () => 303), 429, 429])
  expect((await site.trySignIn(other.code)).statusCode).toBe(303)
})

test('wrong codes without end, from whatever proxy or neighbour, lock out nobody who has a code', async () => {
  const house = await startConsoleSite({ limits: { failures: 3 } })
  const { code } = await house.add('technician')
  const wrong = () => house.trySignIn('0000-0000-0000-0000')
  const statuses = []
  for (let n = 0; n < 5; n += 1) statuses.push((await wrong()).statusCode)
  expect(statuses).toEqual([401, 401, 401, 429, 429])
  expect((await wrong()).headers['retry-after']).toMatch(/^\d\d?$/)
  // What is refused without a look at it makes no line in the log.
  expect(house.logged().split('sign-in to the console refused')).toHaveLength(4)
  expect((await house.trySignIn(code)).statusCode).toBe(303)
})

test('signing out ends the session in every window, and its page says so', async () => {
  const { code } = await site.add('technician', 'Out')
  const cookie = await site.signIn(code)
  const answer = await site.post(cookie, '/console/sign-out')
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/console/sign-in?why=signed-out'])
  expect(answer.headers['set-cookie']).toMatch(/^latchkey-staff=; Max-Age=0; Path=\/;/)
  expect((await site.look(cookie)).headers.location).toBe('/console/sign-in?next=%2Fconsole%2Fdoors&why=ended')
})

test('what is posted counts only with the token of this very session', async () => {
  const [one, two] = [await site.add('technician', 'One'), await site.add('technician', 'Two')]
  const [cookie, other] = [await site.signIn(one.code), await site.signIn(two.code)]
  const [mine, foreign] = [await site.formTokenOf(cookie), await site.formTokenOf(other)]
  expect(await site.formTokenOf(cookie)).not.toBe(mine)
  for (const formToken of ['', 'x'.repeat(86), foreign]) {
    const answer = await site.post(cookie, '/console/sign-out', { formToken })
    expect([answer.statusCode, (await site.look(cookie)).statusCode]).toEqual([403, 200])
  }
  const headers = { ...OWN, cookie, 'x-form-token': mine }
  const byScript = await site.app.inject({ method: 'POST', url: '/console/sign-out', headers })
  expect(byScript.statusCode).toBe(303)
})

test.each([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://evil.example.org' }],
  ['nobody knows where', { 'sec-fetch-site': 'none' }],
])('a form of %s changes nothing, even with a good cookie and token', async (who, headers) => {
  const { code } = await site.add('technician', `Posted by ${who}`)
  const cookie = await site.signIn(code)
  const answer = await site.post(cookie, '/console/sign-out', {}, headers)
  expect([answer.statusCode, (await site.look(cookie)).statusCode]).toEqual([403, 200])
})

test('a link from another site finds the session again by a page that asks for itself', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const answer = await site.app.inject({ url: '/console?lang=de', headers: { ...PAGE, ...headers } })
  expect(answer.statusCode).toBe(200)
  expect(answer.body).toContain('<meta http-equiv="refresh" content="0;url=/console?lang=de">')
})

test('a cookie of the console opens nothing else, and no API key opens the console', async () => {
  const { code } = await site.add('manager', 'Manager')
  const cookie = await site.signIn(code)
  const api = await site.app.inject({ url: '/locks', headers: { cookie } })
  expect(api.statusCode).toBe(401)
  const key = await site.app.inject({ url: '/console', headers: { 'x-api-key': 'lk_00', authorization: 'Bearer x' } })
  expect(key.statusCode).toBe(401)
})
