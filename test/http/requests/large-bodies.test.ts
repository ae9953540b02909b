import { connect, type Socket } from 'node:net'
import { beforeEach, expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { reasonOf } from '#test/http/support/answer-schemas.ts'
import { type ApiSite, keyBody, startApiSite } from '#test/http/support/api-site.ts'
import { listen } from '#test/http/support/raw-http.ts'
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

/** Announces a long body, and sends a little of it. */
function beginLarge(credential: string, how: string): void {
  const head = `POST /locks/101/create-temp-key HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: ${credential}\r\n`
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(`${head}Content-Type: application/json\r\n${how}\r\n\r\n`)
  })
  socket.on('error', () => {})
  sockets.push(socket)
}

test('who holds as many long bodies open as may be keeps no short one from being read, and gives way when he ends', async () => {
  const headers = await site.service(SCOPES)
  const { 'x-api-key': credential = '' } = headers
  for (let n = 0; n < 8; n += 1) beginLarge(credential, 'Content-Length: 1000000')
  for (let n = 0; n < 8; n += 1) beginLarge(credential, 'Transfer-Encoding: chunked')
  const users = Array.from({ length: 800 }, (_, n) => `somebody-${n}`)
  const askLarge = () =>
    site.ask(
      'POST',
      '/locks/101/create-temp-key',
      headers,
      keyBody({ accessMode: 'user-whitelist', allowedUserIds: users }),
    )
  // A long body of ours may have had the place of one of theirs when that came.
  await until('all places are taken', async () => {
    if ((await askLarge()).statusCode === 503) return true
    beginLarge(credential, 'Content-Length: 1000000')
    return false
  })
  expect(reasonOf(await askLarge())).toBe('overloaded')
  expect((await site.ask('POST', '/locks/101/create-temp-key', headers, keyBody())).statusCode).toBe(200)
  for (const socket of sockets.splice(0)) socket.destroy()
  await until('they are gone', async () => (await askLarge()).statusCode === 200)
})
