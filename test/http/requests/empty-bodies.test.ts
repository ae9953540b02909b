import { beforeEach, describe, expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'

let site: ApiSite
let port: number
let credential: string
beforeEach(async () => {
  site = await startApiSite()
  port = await listen(site.app)
  const headers = await site.service(SCOPES)
  credential = Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return () => site.close()
})

const LENGTH_0 = 'Content-Length: 0\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const NO_CHUNK = '0\r\n\r\n'

/** What clients and proxies put on a request that has no body. */
const WAYS: readonly (readonly [string, string, string])[] = [
  ['no type and no length, as curl sends it', '', ''],
  ['aiohttp: octet-stream of length 0', `Content-Type: application/octet-stream\r\n${LENGTH_0}`, ''],
  ['Go’s http.Post with an empty type', `Content-Type:\r\n${LENGTH_0}`, ''],
  ['fetch with an empty text', `Content-Type: text/plain;charset=UTF-8\r\n${LENGTH_0}`, ''],
  ['plain text of length 0', `Content-Type: text/plain\r\n${LENGTH_0}`, ''],
  ['an empty form', `Content-Type: application/x-www-form-urlencoded\r\n${LENGTH_0}`, ''],
  ['JSON of length 0', `Content-Type: application/json\r\n${LENGTH_0}`, ''],
  ['JSON with a charset', `Content-Type: application/json; charset=utf-8\r\n${LENGTH_0}`, ''],
  ['multipart of length 0', `Content-Type: multipart/form-data; boundary=x\r\n${LENGTH_0}`, ''],
  ['a type that is none', `Content-Type: ;;;\r\n${LENGTH_0}`, ''],
  ['chunks without a type', CHUNKED, NO_CHUNK],
  ['chunks of octet-stream', `Content-Type: application/octet-stream\r\n${CHUNKED}`, NO_CHUNK],
  ['chunks of JSON', `Content-Type: application/json\r\n${CHUNKED}`, NO_CHUNK],
  ['chunks of a form', `Content-Type: application/x-www-form-urlencoded\r\n${CHUNKED}`, NO_CHUNK],
  ['chunks of a type that is none', `Content-Type: json\r\n${CHUNKED}`, NO_CHUNK],
  ['chunks with a trailer', `Content-Type: text/xml\r\n${CHUNKED}`, '0\r\nX-Checksum: 1\r\n\r\n'],
]

const send = (method: string, path: string, headers: string, body = '') =>
  sendRaw(
    port,
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${credential}${headers}\r\n${body}`,
  )

async function newKey(): Promise<string> {
  const body = keyBody()
  const json = JSON.stringify(body)
  const { status } = await send(
    'POST',
    '/locks/101/create-temp-key',
    `Content-Type: application/json\r\nContent-Length: ${json.length}\r\n`,
    json,
  )
  expect(status).toBe(200)
  return body.tempKeyUuid
}

describe('an empty body is no body, whatever a client or a proxy put on it', () => {
  test.each(WAYS)('%s: a tap opens', async (_, headers, body) => {
    expect((await send('POST', `/temp-keys/${await newKey()}/open`, headers, body)).status).toBe(303)
  })
  test.each(WAYS)('%s: a lock opens without a key', async (_, headers, body) => {
    expect((await send('POST', '/locks/101/OpenLock', headers, body)).status).toBe(200)
  })
  test.each(WAYS)('%s: a key is revoked', async (_, headers, body) => {
    expect((await send('DELETE', `/temp-keys/${await newKey()}`, headers, body)).status).toBe(200)
  })
  test.each(WAYS)('%s: a route that needs a body says so', async (_, headers, body) => {
    const answer = await send('POST', '/locks/101/create-temp-key', headers, body)
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('"invalid-request"')
  })
})

test('a repeat of a tap is the same request, however the client writes its empty body', async () => {
  const uuid = await newKey()
  for (const [, headers, body] of WAYS) {
    const { status } = await send('POST', `/temp-keys/${uuid}/open`, `Idempotency-Key: once\r\n${headers}`, body)
    expect(status).toBe(303)
  }
})

describe('a body that is not empty', () => {
  const OF = [
    ['text/plain', 'a'],
    ['application/octet-stream', 'a'],
    ['text/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['', 'a'],
    [';;;', '{}'],
  ] as const
  test.each(OF)('of the type "%s" is 415, and nothing is done', async (type, body) => {
    const uuid = await newKey()
    const bySize = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n`
    const chunked = `Content-Type: ${type}\r\n${CHUNKED}`
    const inChunks = `${body.length.toString(16)}\r\n${body}\r\n${NO_CHUNK}`
    for (const path of [`/temp-keys/${uuid}/open`, '/locks/101/OpenLock']) {
      expect((await send('POST', path, bySize, body)).status).toBe(415)
      expect((await send('POST', path, chunked, inChunks)).status).toBe(415)
    }
    expect(site.link.sent).toEqual([])
  })

  test('of a type that is not read is 415 also when it is far too long', async () => {
    const body = 'x'.repeat(3_000_000)
    const headers = `Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n`
    expect((await send('POST', '/locks/101/OpenLock', headers, body)).status).toBe(415)
  })
})
