import { expect, test } from 'vitest'
import { startConsoleSite } from '#test/http/support/console-site.ts'

const PROXY = '127.0.0.1'

test.each([
  { what: 'on this machine', host: 'localhost:8080', answer: 200 },
  { what: 'at the public URL, which is https', host: 'keys.example.org', answer: 200 },
  { what: 'at another name of this machine', host: '192.0.2.1', answer: 421 },
  { what: 'from elsewhere, by a tunnel of no name', host: 'localhost', ip: '192.0.2.9', answer: 403 },
  { what: 'by a proxy that took it over TLS', host: 'localhost', ip: '192.0.2.9', proto: 'https', answer: 200 },
  { what: 'by a proxy that took it without', host: 'keys.example.org', ip: '192.0.2.9', proto: 'http', answer: 403 },
])('the console asked for $what is answered with $answer', async ({ host, ip, proto, answer }) => {
  const site = await startConsoleSite({ trustedProxies: [PROXY] })
  const forwarded = {
    ...(ip !== undefined && { 'x-forwarded-for': ip }),
    ...(proto !== undefined && { 'x-forwarded-proto': proto }),
  }
  const page = await site.app.inject({ url: '/console/sign-in', headers: { host, accept: 'text/html', ...forwarded } })
  expect(page.statusCode).toBe(answer)
})

test('what a stranger says of TLS is not believed', async () => {
  const site = await startConsoleSite()
  const { code } = await site.add('technician')
  const answer = await site.trySignIn(code, { 'x-forwarded-proto': 'https' })
  expect(answer.headers['set-cookie']).toMatch(/^latchkey-staff=/)
})

test('plain HTTP from elsewhere is served when the config says so in so many words', async () => {
  const site = await startConsoleSite({ trustedProxies: [PROXY], staffOverPlainHttp: true })
  const { code } = await site.add('technician')
  const answer = await site.trySignIn(code, { 'x-forwarded-for': '192.0.2.9' })
  expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([303, expect.stringMatching(/^latchkey-staff=/)])
})

test('a session of this machine is nobody’s to whoever comes from elsewhere over plain HTTP, on no page', async () => {
  const site = await startConsoleSite({ trustedProxies: [PROXY] })
  const { code } = await site.add('technician')
  const cookie = await site.signIn(code)
  expect((await site.look(cookie)).statusCode).toBe(200)
  for (const url of ['/console', '/console/doors', '/console/doors/stream', '/console/log/file?format=csv']) {
    const answer = await site.look(cookie, url, { 'x-forwarded-for': '192.0.2.9', accept: 'application/json' })
    expect([url, answer.statusCode, answer.json()]).toMatchObject([url, 403, { reason: 'plain-http' }])
  }
})

test('by a proxy on this machine that no config names, which may have come over plain HTTP, nobody signs in', async () => {
  const site = await startConsoleSite({ publicUrl: 'http://keys.example.org' })
  const { code } = await site.add('technician')
  const answer = await site.trySignIn(code, { host: 'keys.example.org' })
  expect([answer.statusCode, answer.cookies]).toEqual([403, []])
})

test('a header that counts for nothing keeps nobody out at the public URL', async () => {
  const site = await startConsoleSite()
  const headers = { host: 'keys.example.org', 'x-forwarded-proto': 'http', accept: 'text/html' }
  expect((await site.app.inject({ url: '/console/sign-in', headers })).statusCode).toBe(200)
})
