import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { beforeEach, expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { limitLargeBodies } from '#http/requests/large-bodies.ts'
import { reasonOf } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'
import { until } from '#test/support/until.ts'

let site: ApiSite
let port: number
const sockets: Socket[] = []
beforeEach(async () => {
  site = await startApiSite()
  port = await listen(site.app)
  return async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await site.close()
  }
})

const USERS = Array.from({ length: 1_000 }, (_, n) => `${'u'.repeat(116)}${n + 1_000}`)
const largeKey = () => keyBody({ accessMode: 'user-whitelist', allowedUserIds: USERS })
const askLarge = (headers: Record<string, string>, lock = 101) =>
  site.ask('POST', `/locks/${lock}/create-temp-key`, headers, largeKey())

/** Announces a body, and sends a beginning of it: `how` is its length or coding. */
function begin(credential: string, how: string, beginning: string): void {
  const head = `POST /locks/101/create-temp-key HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: ${credential}\r\n`
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(`${head}Content-Type: application/json\r\n${how}\r\n\r\n${beginning}`)
  })
  socket.on('error', () => {})
  sockets.push(socket)
}
const LENGTH = ['Content-Length: 1000000', '{'] as const
const spaces = ' '.repeat(8_193)
const CHUNKS = ['Transfer-Encoding: chunked', `${spaces.length.toString(16)}\r\n${spaces}\r\n`] as const

test.each([
  ['that say how long they are', LENGTH],
  ['in chunks', CHUNKS],
])('a caller who holds as many long bodies %s as he may stands in his own way alone', async (_, [how, beginning]) => {
  const headers = await site.service(SCOPES)
  // A long body of ours may have had the place of one of theirs when that came.
  await until('all his places are taken', async () => {
    if ((await askLarge(headers)).statusCode === 503) return true
    begin(headers['x-api-key'] ?? '', how, beginning)
    return false
  })
  expect(reasonOf(await askLarge(headers))).toBe('overloaded')
  expect((await site.ask('POST', '/locks/101/create-temp-key', headers, keyBody())).statusCode).toBe(200)
  expect((await askLarge(await site.user())).statusCode).toBe(200)
  for (const socket of sockets.splice(0)) socket.destroy()
  await until('they are gone', async () => (await askLarge(headers)).statusCode === 200)
})

test('there are 16 places in all, whoever has them', async () => {
  const crowd = await Promise.all(Array.from({ length: 5 }, () => site.service(SCOPES)))
  const user = await site.user()
  await until('all places are taken', async () => {
    if ((await askLarge(user)).statusCode === 503) return true
    for (const { 'x-api-key': credential = '' } of crowd) begin(credential, ...LENGTH)
    return false
  })
  expect((await site.ask('POST', '/locks/101/create-temp-key', user, keyBody())).statusCode).toBe(200)
})

test('short bodies in chunks need no place, however many and however slow they are', async () => {
  const headers = await site.service(SCOPES)
  for (let n = 0; n < 30; n += 1) begin(headers['x-api-key'] ?? '', CHUNKS[0], '1\r\n{\r\n')
  await until('they are being read', async () => (await connectionsOf(site.app)) >= 30)
  expect((await askLarge(headers)).statusCode).toBe(200)
})

test('who hangs up while his credential is looked at keeps no place', async () => {
  const app = fastify()
  // As slow as a credential can be.
  const looked = Promise.withResolvers<void>()
  let asked = 0
  app.addHook('onRequest', async (request) => {
    request.caller = null
    asked += 1
    if (asked <= 16) await looked.promise
  })
  limitLargeBodies(app, (reply) => reply.status(503).send(), 10)
  app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.post('/', { bodyLimit: 1_000_000 }, async () => 'read')
  const at = await listen(app)
  try {
    const gone = Array.from({ length: 16 }, () => {
      const socket = connect(at, '127.0.0.1')
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n`)
      return socket
    })
    await until('all are looked at', () => asked === 16)
    for (const socket of gone) socket.resetAndDestroy()
    await until('they are gone', async () => (await connectionsOf(app)) === 0)
    looked.resolve()
    const payload = 'x'.repeat(1_000)
    const answer = await app.inject({ method: 'POST', url: '/', headers: { 'content-type': 'text/plain' }, payload })
    expect([answer.statusCode, answer.body]).toEqual([200, 'read'])
  } finally {
    await app.close()
  }
})

test('a long body in chunks is read like any other', async () => {
  const { 'x-api-key': credential = '' } = await site.service(SCOPES)
  const json = JSON.stringify(largeKey())
  const chunks = json.match(/.{1,5000}/gs)?.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`) ?? []
  const head = `POST /locks/101/create-temp-key HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nx-api-key: ${credential}\r\n`
  const answer = await sendRaw(
    port,
    `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks.join('')}0\r\n\r\n`,
  )
  expect(answer.status).toBe(200)
})

test('honest bodies that come at once, each on a connection of its own, are all read', async () => {
  const { 'x-api-key': credential = '' } = await site.service(SCOPES)
  const bytesOf = (json: string) =>
    `POST /locks/101/create-temp-key HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nx-api-key: ${credential}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n${json}`
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => sendRaw(port, bytesOf(JSON.stringify(largeKey())))),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  }
})

test('a caller who hangs up in the middle of a body of whatever type is no fault of ours', async () => {
  const { uuid } = { uuid: '7e7e3f0c-64c8-4b1e-9a55-0d8ab1a1f6a4' }
  for (const type of ['Content-Type: text/plain', 'Content-Type: application/json', 'X-A: b']) {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n${type}\r\nContent-Length: 5\r\n\r\n`)
    })
    await once(socket, 'connect')
    await until('it is read', async () => (await connectionsOf(site.app)) > 0)
    socket.resetAndDestroy()
    await until('it is gone', async () => (await connectionsOf(site.app)) === 0)
  }
  expect(site.logged()).not.toContain('request failed')
})

const connectionsOf = (app: FastifyInstance): Promise<number> =>
  new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  )
