import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import helmet from 'helmet'
import { describe, expect, test } from 'vitest'
import { securityHeaders } from '#http/headers/security-headers.ts'
import { newKeyUuid } from '#test/http/support/route-samples.ts'
import { startRouteSite } from '#test/http/support/route-site.ts'

const FORBIDDING = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none';base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
}

describe('what a browser is forbidden', () => {
  test('stands on every answer, whatever became of the request', async () => {
    const { app, addKey } = await startRouteSite()
    const { uuid } = addKey()
    const answers = await Promise.all([
      app.inject({ method: 'POST', url: `/temp-keys/${uuid}/open` }),
      app.inject({ url: `/temp-keys/${uuid}` }),
      app.inject({ method: 'HEAD', url: `/temp-keys/${uuid}` }),
      app.inject({ method: 'POST', url: `/temp-keys/${newKeyUuid()}/open` }),
      app.inject({ method: 'POST', url: `/temp-keys/${uuid}/open`, headers: { origin: 'https://evil.example' } }),
      app.inject({ method: 'DELETE', url: `/temp-keys/${uuid}/open` }),
      app.inject({ url: '/nothing' }),
      app.inject({ url: '/healthz', headers: { host: 'evil.example' } }),
      app.inject({ url: '/temp-keys/%zz' }),
      app.inject({ url: `/temp-keys/${'x'.repeat(200)}` }),
    ])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([303, 200, 200, 404, 403, 405, 404, 421, 400, 414])
    for (const { headers } of answers) expect(headers).toMatchObject(FORBIDDING)
    await app.close()
  })

  test('stands on the answer to what never became a request', async () => {
    const { app } = await startRouteSite()
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
    const socket = connect({ host: '127.0.0.1', port: Number(port) })
    socket.end('this is not HTTP\r\n\r\n')
    const [head = ''] = (await text(socket)).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 400 /)
    for (const [name, value] of Object.entries(FORBIDDING)) expect(head).toContain(`\r\n${name}: ${value}`)
    await app.close()
  })

  test.each([
    [true, 'max-age=31536000'],
    [false, undefined],
  ])('to come back without TLS where the public URL promises it (%s)', async (promisesTls, expected) => {
    const { app } = await startRouteSite({ listener: { promisesTls } })
    expect((await app.inject({ url: '/healthz' })).headers['strict-transport-security']).toBe(expected)
    await app.close()
  })
})

test.each([true, false])('is what Helmet forbids for the same choices (TLS promised: %s)', async (promisesTls) => {
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: promisesTls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  })
  const server = createServer((request, response) => set(request, response, () => response.end()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') return expect.fail('no port')
  const [answer]: IncomingMessage[] = await once(
    get({ port: address.port, host: '127.0.0.1', agent: false }),
    'response',
  )
  server.close()
  const {
    date: _,
    connection: __,
    'transfer-encoding': ___,
    'content-length': ____,
    ...forbidden
  } = answer?.headers ?? {}
  expect(forbidden).toEqual(securityHeaders(promisesTls))
})
