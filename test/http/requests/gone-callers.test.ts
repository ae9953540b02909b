import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { commanderTokens, openLockRequest } from '#test/http/support/lock-commander.ts'
import { listen } from '#test/http/support/raw-http.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'

const certificate = testCertificate()
let site: RouteSite
let port: number
let sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await site.app.close()
})

/** Keeps the lock at work on a command until the answer is called. */
const holdTheDoor = () => {
  let answer = () => {}
  site.link.whim = { hold: new Promise((resolve) => (answer = resolve)) }
  return () => answer()
}

const requestOf = (uuid: string, headers = '', body = '') =>
  `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n${body}`

/** Has heard all that was answered when the other end has closed. */
const textOf = async (socket: Socket) => {
  let text = ''
  socket.on('data', (part) => {
    text += String(part)
  })
  await once(socket, 'close')
  return text
}

describe.each([
  ['TCP', null],
  ['TLS', certificate],
] as const)('over %s, while the lock is at work for another', (_, tls) => {
  let answerTheDoor = () => {}
  beforeEach(async () => {
    site = await startRouteSite({ listener: { tls }, deadlineMs: 5_000, tokens: commanderTokens })
    port = await listen(site.app)
    answerTheDoor = holdTheDoor()
    await send(site.addKey().uuid)
    await expect.poll(() => site.link.sent.length).toBe(1)
  })

  const send = (uuid: string, headers = '') => sendBytes(requestOf(uuid, headers))
  const sendBytes = async (bytes: string) => {
    const to = { port, host: '127.0.0.1', allowHalfOpen: true, rejectUnauthorized: false }
    const socket = tls === null ? connect(to) : tlsConnect(to)
    socket.on('error', () => {})
    sockets.push(socket)
    await once(socket, tls === null ? 'connect' : 'secureConnect')
    socket.write(bytes)
    return socket
  }
  /** Until all that was sent before is read. */
  const allIsRead = async () => {
    const probe = await send('00000000-0000-4000-8000-000000000000')
    await once(probe, 'data')
  }
  /** Two ask the same, and the first hangs up before the lock is free. @returns what the other is answered */
  const oneGoesOneStays = async (ask: () => Promise<Socket>): Promise<string> => {
    const gone = await ask()
    await allIsRead()
    const stays = await ask()
    await allIsRead()
    gone.destroy()
    await expect.poll(() => site.logged()).toContain('caller hung up')
    answerTheDoor()
    const [part] = await once(stays, 'data')
    return String(part)
  }

  test('a caller that hung up before its turn moves nothing and holds no use', async () => {
    const key = site.addKey()
    const socket = await send(key.uuid)
    await allIsRead()
    socket.destroy()
    await expect.poll(() => site.logged()).toContain('caller hung up')
    answerTheDoor()
    await expect.poll(() => site.logged()).toContain('nobody waits for this opening any more')
    expect(site.link.sent).toHaveLength(1)
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
    expect(site.rows.openings.length).toBe(1)
  })

  test('a caller that hung up leaves the door to those who tapped with him and still wait', async () => {
    const { uuid } = site.addKey()
    const answer = await oneGoesOneStays(() => send(uuid))
    expect(answer).toContain('HTTP/1.1 303')
    expect(site.link.sent).toHaveLength(2)
  })

  test('a caller that hung up leaves the door to the repeat of his request that still waits', async () => {
    const { uuid } = site.addKey()
    const answer = await oneGoesOneStays(() => send(uuid, 'Idempotency-Key: tap-1\r\n'))
    expect(answer).toMatch(/HTTP\/1\.1 303(.|\r\n)*Idempotency-Replayed: true/i)
    expect(site.link.sent).toHaveLength(2)
  })

  test('whoever opens without a key and hung up before his turn moves nothing', async () => {
    const socket = await sendBytes(openLockRequest({ reason: 'the parcel' }))
    await allIsRead()
    socket.destroy()
    await expect.poll(() => site.logged()).toContain('caller hung up')
    answerTheDoor()
    await expect.poll(() => site.logged()).toContain('nobody waits for this opening any more')
    expect(site.link.sent).toHaveLength(1)
    expect(site.rows.openings.length).toBe(1)
  })

  test('whoever opens without a key and hung up leaves the door to the repeat of his request', async () => {
    const answer = await oneGoesOneStays(() => sendBytes(openLockRequest({ requestId: 'one' })))
    expect(answer).toMatch(/HTTP\/1\.1 200(.|\r\n)*Idempotency-Replayed: true/i)
    expect(site.link.sent).toHaveLength(2)
  })

  test('a caller is asked whether he is still there before anything moves for him, and not taken at his last word', async () => {
    const key = site.addKey()
    const socket = await send(key.uuid)
    await allIsRead()
    socket.destroy()
    await allIsRead()
    // Nobody has noticed yet that his connection is gone: only his side of it is closed.
    expect(site.logged()).not.toContain('caller hung up')
    answerTheDoor()
    await expect.poll(() => site.logged()).toContain('nobody waits for this opening any more')
    expect(site.link.sent).toHaveLength(1)
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
  })

  test('a caller of HTTP/1.0 that closed his side moves nothing, and is told that nobody seemed to wait', async () => {
    const key = site.addKey()
    const socket = await sendBytes(requestOf(key.uuid).replace('HTTP/1.1', 'HTTP/1.0'))
    const answer = textOf(socket)
    socket.end()
    await allIsRead()
    answerTheDoor()
    const [head = '', body = ''] = (await answer).split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 503 (.|\r\n)*^Retry-After: \d+$/im)
    expect(errorAnswer.parse(JSON.parse(body)).reason).toBe('caller-gone')
    expect(site.link.sent).toHaveLength(1)
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
  })

  test('a caller of HTTP/1.0 that keeps his connection open gets his door and his answer', async () => {
    const socket = await sendBytes(requestOf(site.addKey().uuid).replace('HTTP/1.1', 'HTTP/1.0'))
    await allIsRead()
    answerTheDoor()
    const [part] = await once(socket, 'data')
    expect(String(part)).toMatch(/^HTTP\/1\.1 303 /)
    expect(site.link.sent).toHaveLength(2)
  })

  test('a caller that has nothing more to send still waits: its door opens', async () => {
    const socket = await send(site.addKey().uuid)
    socket.end()
    await allIsRead()
    answerTheDoor()
    expect(await textOf(socket)).toContain('HTTP/1.1 303')
    expect(site.link.sent).toHaveLength(2)
  })
})

test('a caller that hangs up after its turn gets its opening recorded', async () => {
  site = await startRouteSite()
  port = await listen(site.app)
  const answerTheDoor = holdTheDoor()
  const key = site.addKey()
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.write(requestOf(key.uuid))
  await expect.poll(() => site.link.sent.length).toBe(1)
  socket.resetAndDestroy()
  await expect.poll(() => site.logged()).toContain('caller hung up')
  answerTheDoor()
  await expect.poll(() => site.rows.openings[0]?.state).toBe('opened')
  expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
})

test.each([
  ['has no body', (uuid: string) => requestOf(uuid)],
  ['has a body', (uuid: string) => requestOf(uuid, 'Content-Type: application/json\r\nContent-Length: 2\r\n', '{}')],
])('a caller that hangs up is one line of the log when its request %s', async (_, bytesFor) => {
  site = await startRouteSite()
  port = await listen(site.app)
  const answerTheDoor = holdTheDoor()
  const socket = connect(port, '127.0.0.1')
  sockets.push(socket)
  socket.write(bytesFor(site.addKey().uuid))
  await expect.poll(() => site.link.sent.length).toBe(1)
  socket.resetAndDestroy()
  await expect.poll(() => site.logged()).toContain('caller hung up')
  answerTheDoor()
  await expect.poll(() => site.rows.openings[0]?.state).toBe('opened')
  await site.app.close()
  const ofRequests = site
    .logged()
    .split('\n')
    .filter((line) => line.includes('"requestId"'))
  expect(ofRequests).toHaveLength(1)
})
