import { expect, test } from 'vitest'
import { SCOPES } from '#domain/access/caller.ts'
import { startApiSite } from '#test/http/support/api-site.ts'
import { startConsoleSite } from '#test/http/support/console-site.ts'

/** More than one person or one credential may have at once. */
const MORE_THAN_PLACES = 25

test('whoever asks for the head of a stream takes nobody’s place, and reads no log', async () => {
  const site = await startApiSite()
  try {
    const acme = await site.service(SCOPES)
    const feed = { ...acme, accept: 'text/event-stream' }
    for (let count = 0; count < MORE_THAN_PLACES; count += 1) {
      expect((await site.app.inject({ method: 'HEAD', url: '/events', headers: feed })).statusCode).toBe(200)
      const file = await site.app.inject({ method: 'HEAD', url: '/events?format=csv', headers: acme })
      expect([file.statusCode, file.headers['content-length'], file.body]).toEqual([200, undefined, ''])
    }
    const answer = await site.app.inject({ url: '/events', headers: feed, payloadAsStream: true })
    expect(answer.statusCode).toBe(200)
    answer.stream().destroy()
  } finally {
    await site.close()
  }
})

test('one person’s heads of pages’ streams leave the pages their streams', async () => {
  const site = await startConsoleSite()
  try {
    const cookie = await site.signIn((await site.add('technician')).code)
    const url = '/console/doors/stream'
    for (let count = 0; count < MORE_THAN_PLACES; count += 1) {
      expect((await site.app.inject({ method: 'HEAD', url, headers: { cookie } })).statusCode).toBe(200)
    }
    const answer = await site.app.inject({ url, headers: { cookie }, payloadAsStream: true })
    expect(answer.statusCode).toBe(200)
    answer.stream().destroy()
  } finally {
    await site.app.close()
  }
})
