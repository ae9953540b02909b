import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiSite, startApiSite } from '#test/http/support/api-site.ts'
import { readDocument } from '#test/http/support/openapi-document.ts'

let site: ApiSite
beforeEach(async () => {
  site = await startApiSite()
})
afterEach(() => site.close())

const FILES = ['/openapi.json', '/docs', '/docs/static/swagger-ui-bundle.js', '/docs/static/swagger-ui.css'] as const

describe.each(FILES)('%s', (url) => {
  test('comes compressed to whoever takes that, and plain to whoever does not: the same file', async () => {
    const plain = await site.ask('GET', url)
    const gzipped = await site.ask('GET', url, { 'accept-encoding': 'br, gzip;q=0.8' })
    const refused = await site.ask('GET', url, { 'accept-encoding': 'gzip;q=0, *;q=0.5' })
    expect(gunzipSync(gzipped.rawPayload).equals(plain.rawPayload)).toBe(true)
    expect(refused.rawPayload.equals(plain.rawPayload)).toBe(true)
    expect([plain, gzipped, refused].map(({ headers }) => headers['content-encoding'])).toEqual([
      ...[undefined, 'gzip', undefined],
    ])
    expect(gzipped.headers.vary).toBe('Accept-Encoding')
    expect(gzipped.headers['content-length']).toBe(String(gzipped.rawPayload.length))
  })

  test('is not sent again to whoever has it', async () => {
    const { headers } = await site.ask('GET', url)
    expect(headers['cache-control']).toBe(url.startsWith('/docs/static/') ? 'public, max-age=86400' : 'no-cache')
    const etag = String(headers.etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*', ' * ']) {
      const again = await site.ask('GET', url, { 'if-none-match': known })
      expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    }
    for (const unknown of ['"other"', '"*"', etag.slice(1, -1), '']) {
      expect((await site.ask('GET', url, { 'if-none-match': unknown })).statusCode).toBe(200)
    }
  })

  test('has a tag for each form, and whoever has the one is sent the other', async () => {
    const gzip = { 'accept-encoding': 'gzip' }
    const tagOf = async (headers: Record<string, string>) => String((await site.ask('GET', url, headers)).headers.etag)
    const [plain, gzipped] = [await tagOf({}), await tagOf(gzip)]
    expect(gzipped).not.toBe(plain)
    const ask = async (headers: Record<string, string>) => {
      const answer = await site.ask('GET', url, headers)
      return [answer.statusCode, answer.headers.etag, answer.headers.vary]
    }
    expect(await ask({ ...gzip, 'if-none-match': gzipped })).toEqual([304, gzipped, 'Accept-Encoding'])
    expect(await ask({ ...gzip, 'if-none-match': plain })).toEqual([200, gzipped, 'Accept-Encoding'])
    expect(await ask({ 'if-none-match': gzipped })).toEqual([200, plain, 'Accept-Encoding'])
  })

  test('can be asked about without being sent', async () => {
    const { headers } = await site.ask('GET', url)
    const head = await site.app.inject({ method: 'HEAD', url })
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', headers['content-length']])
  })
})

test('the document is the same by whatever name it was asked for: here first, then the public address', async () => {
  const hosts = ['127.0.0.1', 'localhost:8080', '[::1]:1234']
  const answers = await Promise.all(hosts.map((host) => site.ask('GET', '/openapi.json', { host })))
  expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(1)
  expect(readDocument(answers[0]?.json()).servers).toEqual([{ url: '/' }])
})

test('the event loop turns while the document is made: doors are opened meanwhile', async () => {
  let turns = 0
  let isMade = false
  const count = () => {
    turns += 1
    if (!isMade) setImmediate(count)
  }
  count()
  const document = site.ask('GET', '/openapi.json')
  document.then(() => {
    isMade = true
  })
  const { operations } = readDocument((await document).json())
  expect(turns).toBeGreaterThan(3 * operations.length)
})

test('there is no other form of the document: writing it as YAML took a second', async () => {
  for (const url of ['/docs/yaml', '/docs/json', '/documentation/yaml']) {
    expect((await site.ask('GET', url)).json()).toMatchObject({ code: 404, reason: 'route-not-found' })
  }
})

test('whoever asks for it without end waits, and keeps nobody from a door', async () => {
  const answers = []
  for (let count = 0; count < 121; count += 1) answers.push(await site.ask('GET', '/docs/static/start.js'))
  expect(answers.slice(0, 120).every(({ statusCode }) => statusCode === 200)).toBe(true)
  const { statusCode, headers } = answers[120] ?? {}
  expect([statusCode, Number(headers?.['retry-after'])]).toEqual([429, expect.closeTo(60, -2)])
  expect((await site.ask('GET', '/openapi.json')).statusCode).toBe(429)
  expect((await site.ask('GET', '/healthz')).statusCode).toBe(200)
})
