import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { beforeEach, describe, expect, test } from 'vitest'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'
import { newKeyUuid } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

let site: RouteSite
let port: number
beforeEach(async () => {
  site = await startRouteSite({ deadlineMs: 4_000 })
  port = await listen(site.app)
  return () => site.app.close()
})

const HEAD = 'Host: 127.0.0.1\r\nConnection: close\r\n'
const SECRET = 'd0gfood-in-the-path'

describe('what never becomes a request is answered in the shape of the contract, and echoes nothing', () => {
  test.each([
    ['400 bad-http', 'no HTTP at all', `${SECRET}\r\n\r\n`],
    ['400 bad-http', 'a bad escape', `GET /temp-keys/%zz${SECRET} HTTP/1.1\r\n${HEAD}\r\n`],
    [
      '400 bad-http',
      'two lengths',
      `POST /${SECRET} HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
    ],
    [
      '400 bad-http',
      'a length and chunks',
      `POST /temp-keys/x/open HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['400 bad-http', 'no Host', `GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['400 bad-http', 'two Hosts', `GET /healthz HTTP/1.1\r\n${HEAD}Host: 127.0.0.1\r\n\r\n`],
    ['400 bad-http', 'a bare CR in a header', `GET / HTTP/1.1\r\n${HEAD}X-A: a\rInjected: ${SECRET}\r\n\r\n`],
    ['400 bad-http', 'a NUL in a header', `GET / HTTP/1.1\r\n${HEAD}X-A: a\0${SECRET}\r\n\r\n`],
    ['414 url-too-long', 'a URL of 100,000 characters', `GET /${SECRET}${'a'.repeat(100_000)} HTTP/1.1\r\n${HEAD}\r\n`],
    ['414 url-too-long', 'a URL of 5,000 characters', `GET /${SECRET}${'a'.repeat(5_000)} HTTP/1.1\r\n${HEAD}\r\n`],
    [
      '431 headers-too-large',
      'a header of 20,000 characters',
      `GET / HTTP/1.1\r\n${HEAD}X-A: ${SECRET.repeat(1_200)}\r\n\r\n`,
    ],
    [
      '431 headers-too-large',
      '200 headers of 100 characters',
      `GET / HTTP/1.1\r\n${HEAD}${Array.from({ length: 200 }, (_, n) => `X-${n}: ${'a'.repeat(100)}\r\n`).join('')}\r\n`,
    ],
    [
      '421 foreign-host',
      'a foreign Host',
      `GET /healthz HTTP/1.1\r\nHost: ${SECRET}.example\r\nConnection: close\r\n\r\n`,
    ],
  ])('%s for %s', async (expected, _, bytes) => {
    const { status, head, body } = await sendRaw(port, bytes)
    const answer = errorAnswer.parse(JSON.parse(body))
    expect(`${status} ${answer.reason}`).toBe(expected)
    expect(answer.code).toBe(status)
    expect(head.toLowerCase()).toContain(`x-request-id: ${answer.requestId}`)
    expect(head + body).not.toContain(SECRET)
    expect(site.logged()).not.toContain(SECRET)
  })
})

describe('a body', () => {
  const post = async (headers: string, body: string | Buffer) => {
    const { uuid } = site.addKey()
    const head = `POST /temp-keys/${uuid}/open HTTP/1.1\r\n${HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n\r\n`
    const { status, body: answer } = await sendRaw(port, Buffer.concat([Buffer.from(head), Buffer.from(body)]))
    return status === 303 ? '303' : `${status} ${errorAnswer.parse(JSON.parse(answer)).reason}`
  }
  const json = 'Content-Type: application/json'

  test.each([
    ['400 invalid-request', 'is not JSON', json, '{"a":'],
    ['400 invalid-request', 'is an array', json, '[]'],
    ['400 invalid-request', 'is a text', json, '"open"'],
    ['400 invalid-request', 'names __proto__', json, '{"__proto__":{"admin":true}}'],
    ['400 invalid-request', 'names a constructor', json, '{"constructor":{"prototype":{"admin":true}}}'],
    ['400 invalid-request', 'is UTF-16', json, Buffer.from('{"a":1}', 'utf16le')],
    ['400 invalid-request', 'is no UTF-8', json, Buffer.from('{"a":"\xff"}', 'latin1')],
    ['415 unsupported-media-type', 'is plain text', 'Content-Type: text/plain', 'a'],
    ['415 unsupported-media-type', 'is multipart', 'Content-Type: multipart/form-data; boundary=x', '--x--'],
    ['415 unsupported-media-type', 'has no type', 'X-A: b', 'a'],
    ['415 unsupported-media-type', 'has a broken type', 'Content-Type: ;;;', 'a'],
    ['413 body-too-large', 'is one byte over the limit', json, `{"a":"${'x'.repeat(8_193 - 8)}"}`],
    ['303', 'is as large as it may be', json, `{"a":"${'x'.repeat(8_192 - 8)}"}`],
    ['303', 'is 50 levels deep', json, `{"a":${'['.repeat(50)}${']'.repeat(50)}}`],
    ['303', 'is 4,000 levels deep', json, `{"a":${'['.repeat(4_000)}${']'.repeat(4_000)}}`],
  ])('is %s when it %s', async (expected, _, type, body) => {
    expect(await post(type, body)).toBe(expected)
    expect(site.link.sent).toHaveLength(expected === '303' ? 1 : 0)
  })

  test('may come in chunks with a trailer', async () => {
    const { uuid } = site.addKey()
    const bytes = `POST /temp-keys/${uuid}/open HTTP/1.1\r\n${HEAD}${json}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-User-Id: root\r\n\r\n`
    expect((await sendRaw(port, bytes)).status).toBe(303)
  })
})

describe('a slow caller', () => {
  test('is 408 when the body that it promised never comes', async () => {
    site.app.server.requestTimeout = 500
    const { uuid } = site.addKey()
    const head = `POST /temp-keys/${uuid}/open HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n`
    const { body, head: first } = await sendRaw(port, head)
    expect(first).toMatch(/^HTTP\/1\.1 100 /)
    expect(body).toMatch(/^HTTP\/1\.1 408 /)
    expect(site.link.sent).toHaveLength(0)
  })

  test('is 408 when its headers never end, and 200 of them slow down nobody', async () => {
    site.app.server.headersTimeout = 1_500
    const slow: Socket[] = []
    for (let n = 0; n < 200; n += 1) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      slow.push(socket)
    }
    const [first] = slow
    if (first === undefined) return expect.fail()
    let heard = ''
    first.on('data', (chunk) => {
      heard += chunk.toString()
    })
    for (const socket of slow) socket.write('GET /healthz HTTP/1.1\r\nX-A: ')
    const drip = setInterval(() => slow.forEach((socket) => void (socket.writable && socket.write('a'))), 200)
    try {
      const startedMs = performance.now()
      expect((await sendRaw(port, `GET /healthz HTTP/1.1\r\n${HEAD}\r\n`)).status).toBe(200)
      expect(performance.now() - startedMs).toBeLessThan(1_000)
      await once(first, 'close')
      expect(heard).toMatch(/^HTTP\/1\.1 408 /)
    } finally {
      clearInterval(drip)
      for (const socket of slow) socket.destroy()
    }
  })

  test('does not lose its answer: the limit is for the request to arrive, not for the lock to move', async () => {
    site.app.server.requestTimeout = 500
    let answerTheDoor = () => {}
    site.link.whim = { hold: new Promise((resolve) => (answerTheDoor = resolve)) }
    const { uuid } = site.addKey()
    setTimeout(() => answerTheDoor(), 2_600)
    const { status } = await sendRaw(port, `POST /temp-keys/${uuid}/open HTTP/1.1\r\n${HEAD}\r\n`)
    expect(status).toBe(303)
  })
})

describe('a caller that is gone, or talks while the lock moves', () => {
  const holdTheDoor = () => {
    let answer = () => {}
    site.link.whim = { hold: new Promise((resolve) => (answer = resolve)) }
    return () => answer()
  }

  test('hung up: the outcome is recorded all the same', async () => {
    const answerTheDoor = holdTheDoor()
    const key = site.addKey()
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: `/temp-keys/${key.uuid}/open` })
    request.on('error', () => {})
    request.end()
    await expect.poll(() => site.link.sent.length).toBe(1)
    request.destroy()
    await expect.poll(() => site.logged()).toContain('caller hung up')
    answerTheDoor()
    await expect.poll(() => site.rows.openings[0]?.state).toBe('opened')
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
  })

  test('sends rubbish behind its tap: it hears what became of the tap, and nothing of the rubbish', async () => {
    const answerTheDoor = holdTheDoor()
    const { uuid } = site.addKey()
    const raw = sendRaw(port, `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, (socket) => {
      socket.write('rubbish\r\n\r\n')
    })
    await expect.poll(() => site.link.sent.length).toBe(1)
    answerTheDoor()
    const { status, body, answers } = await raw
    expect([status, answers]).toEqual([303, 1])
    expect(JSON.parse(body)).toMatchObject({ status: 'opened' })
  })

  test.each([
    ['one byte more than it announced', '{"reason":"in"}', 14],
    ['two bytes more than it announced', '{"reason":"in"}xx', 15],
    ['a whole body that it did not announce', '{"reason":"in"}', 0],
  ])('has %s: nobody is told of an error in the place of the tap', async (_, body, announced) => {
    const { uuid } = site.addKey()
    const length = `Content-Type: application/json\r\nContent-Length: ${announced}\r\n`
    const bytes = `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n${length}\r\n${body}`
    const { status, answers } = await sendRaw(port, bytes)
    const states = site.rows.openings.map(({ state }) => state)
    // Cut short, the body is no JSON, and that is the whole answer; cut behind its end, the tap is what was asked.
    expect([status, answers, states]).toEqual(announced === 14 ? [400, 1, []] : [303, 1, ['opened']])
  })
})

test('each request is one line of the log, whatever it holds', async () => {
  const { uuid } = site.addKey()
  const lines = () => site.logged().trimEnd().split('\n')
  const before = site.logged() === '' ? 0 : lines().length
  await sendRaw(
    port,
    `GET /temp-keys/${uuid}?a=%0d%0a{"level":60} HTTP/1.1\r\n${HEAD}User-Agent: "}\t{"level":60\r\n\r\n`,
  )
  expect(lines().length - before).toBe(1)
  const line: unknown = JSON.parse(lines().at(-1) ?? '')
  expect(line).toMatchObject({ method: 'GET', route: '/temp-keys/:uuid', status: 200 })
})

describe('a stopping listener', () => {
  test('ends its event streams, so that it can close', async () => {
    site.link.whim = 'silent'
    const key = site.addKey()
    const tapped = await site.app.inject({ method: 'POST', url: `/temp-keys/${key.uuid}/open` })
    const { openingId } = errorAnswer.parse(tapped.json())
    const bytes = `GET /openings/${openingId} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`
    const streamed = sendRaw(port, bytes, (socket) => socket.once('data', () => void site.app.close()))
    expect((await streamed).status).toBe(200)
  })

  test.each([
    ['says nothing', ''],
    ['never ends its headers', 'GET / HTTP/1.1\r\nX-A: '],
    [
      'never ends its body',
      `POST /temp-keys/${newKeyUuid()}/open HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 9\r\n\r\n`,
    ],
  ])('does not wait for a caller that %s', async (_, bytes) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(bytes)
    // Whatever was sent before this answer has arrived.
    await sendRaw(port, `GET /healthz HTTP/1.1\r\n${HEAD}\r\n`)
    const startedMs = performance.now()
    await site.app.close()
    expect(performance.now() - startedMs).toBeLessThan(1_000)
  })

  test('gives a running opening its answer first', async () => {
    let answerTheDoor = () => {}
    site.link.whim = { hold: new Promise((resolve) => (answerTheDoor = resolve)) }
    const { uuid } = site.addKey()
    const raw = sendRaw(port, `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    await expect.poll(() => site.link.sent.length).toBe(1)
    const closed = site.app.close()
    answerTheDoor()
    expect((await raw).status).toBe(303)
    await closed
  })
})
