import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { sendRaw } from '#test/http/support/raw-http.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

const statusFor = async (port: number, host: string) =>
  (await sendRaw(port, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).status

async function listenOn(host: string) {
  const site = await startRouteSite()
  await site.app.listen({ host, port: 0 })
  const address = site.app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not on a port')
  return { ...site, port: address.port }
}

describe('a Host', () => {
  test.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:8080', 200],
    ['localhost', 200],
    ['LOCALHOST:3000', 200],
    ['[::1]:80', 200],
    ['keys.example.org', 200],
    ['keys.example.org:443', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['keys.example.org.evil.example', 421],
    ['evil.example@127.0.0.1', 421],
    ['127.0.0.1/evil', 421],
    ['192.0.2.7', 421],
    ['0.0.0.0', 421],
    ['', 421],
  ])('%s is %i on loopback', async (host, status) => {
    const site = await listenOn('127.0.0.1')
    try {
      expect(await statusFor(site.port, host)).toBe(status)
    } finally {
      await site.app.close()
    }
  })

  test('may be every address of the machine when the listener is on all of them', async () => {
    const site = await listenOn('0.0.0.0')
    try {
      const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
      for (const { address } of own.filter(({ family, scopeid }) => family === 'IPv4' || !scopeid)) {
        expect(await statusFor(site.port, address.includes(':') ? `[${address}]` : address)).toBe(200)
      }
      expect(await statusFor(site.port, '192.0.2.7')).toBe(421)
    } finally {
      await site.app.close()
    }
  })

  test('is not asked for on the Unix socket, which no browser reaches', async () => {
    const site = await startRouteSite({ listener: { kind: 'owner' } })
    const answer = await site.app.inject({ url: '/healthz', headers: { host: 'anything' } })
    expect(answer.json()).toEqual({ status: 'ok', version: '0.1.0' })
  })

  test('that is foreign learns nothing of the site', async () => {
    const site = await startRouteSite()
    const key = site.addKey()
    const headers = { host: 'evil.example', accept: 'text/html' }
    const answer = await site.app.inject({ url: `/temp-keys/${key.uuid}`, headers })
    expect(answer.statusCode).toBe(421)
    expect(answer.body).not.toMatch(/Hügel|Hausverwaltung|Side entrance/)
  })
})

describe('a request for a whole URL', () => {
  let site: RouteSite & { port: number }
  beforeEach(async () => {
    site = await listenOn('127.0.0.1')
  })
  afterEach(() => site.app.close())
  const ask = async (method: string, target: string, host = 'Host: 127.0.0.1\r\n') =>
    await sendRaw(site.port, `${method} ${target} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)

  test.each([
    ['http://127.0.0.1/healthz', 200],
    ['http://127.0.0.1:8080/healthz?x=http://evil.example/', 200],
    ['HTTP://LOCALHOST/healthz', 200],
    ['https://keys.example.org/healthz', 200],
    ['http://127.0.0.1', 404],
    ['http://127.0.0.1?/healthz', 404],
    ['http://evil.example/healthz', 421],
    ['http://evil.example', 421],
    ['http://evil.example?@127.0.0.1/healthz', 421],
    ['http://127.0.0.1@evil.example/healthz', 421],
    ['http://evil.example@127.0.0.1/healthz', 421],
  ])('%s is %i, whatever Host says', async (target, status) => {
    for (const host of ['127.0.0.1', 'evil.example']) {
      expect((await ask('GET', target, `Host: ${host}\r\n`)).status).toBe(status)
    }
  })

  test.each(['', 'Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n'])('needs one Host all the same: %j is 400', async (host) => {
    expect((await ask('GET', 'http://127.0.0.1/healthz', host)).status).toBe(400)
  })

  test('of another scheme leads nowhere', async () => {
    expect((await ask('GET', 'ftp://127.0.0.1/healthz')).status).toBe(404)
  })

  test('of a foreign host opens no door; one of ours does, and is known by its path', async () => {
    const path = `/temp-keys/${site.addKey().uuid}/open`
    expect((await ask('POST', `http://evil.example${path}`)).status).toBe(421)
    expect(site.link.sent).toHaveLength(0)
    expect((await ask('GET', `http://127.0.0.1${path}`)).status).toBe(405)
    expect((await ask('POST', `http://127.0.0.1${path}`)).status).toBe(303)
    expect(site.link.sent).toHaveLength(1)
  })

  test('makes no foreign page ours by the Host that it brings along', async () => {
    const path = `/temp-keys/${site.addKey().uuid}/open`
    const foreign = 'Host: evil.example\r\nOrigin: http://evil.example\r\n'
    expect((await ask('POST', `http://127.0.0.1${path}`, foreign)).status).toBe(403)
    expect(site.link.sent).toHaveLength(0)
  })
})

describe('a post from a page', () => {
  test.each<[string, Record<string, string>, number]>([
    ['of this site, with Fetch Metadata', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' }, 303],
    ['of this site, in an older browser', { origin: 'http://localhost:8080' }, 303],
    ['at the public URL', { origin: 'https://keys.example.org' }, 303],
    ['of nobody: a program', {}, 303],
    ['that the person began', { 'sec-fetch-site': 'none' }, 303],
    ['of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    [
      'of another site that claims our Origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' },
      403,
    ],
    ['of a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://evil.example.org' }, 403],
    ['of another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }, 403],
    ['of another site, in an older browser', { origin: 'https://evil.example' }, 403],
    ['of nowhere', { origin: 'null' }, 403],
    ['of a site with our name before its own', { origin: 'http://localhost:8080.evil.example' }, 403],
    ['of a site that says something new', { 'sec-fetch-site': 'whatever' }, 403],
  ])('%s', async (_, headers, status) => {
    const site = await startRouteSite()
    const { uuid } = site.addKey()
    const url = `/temp-keys/${uuid}/open`
    const answer = await site.app.inject({ method: 'POST', url, headers: { host: 'localhost:8080', ...headers } })
    expect(answer.statusCode).toBe(status)
    expect(site.link.sent).toHaveLength(status === 303 ? 1 : 0)
    if (status === 403) expect(errorAnswer.parse(answer.json()).reason).toBe('forbidden-origin')
  })

  test('of another site may still link to a key: looking never acts', async () => {
    const site = await startRouteSite()
    const headers = { 'sec-fetch-site': 'cross-site', accept: 'text/html' }
    const answer = await site.app.inject({ url: `/temp-keys/${site.addKey().uuid}`, headers })
    expect(answer.statusCode).toBe(200)
  })
})
