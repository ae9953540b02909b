import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCRIPT, STYLE } from '#http/pages/console/console-assets.ts'
import { addDoor } from '#test/http/support/console-doors.ts'
import { type ConsoleHouse, startConsoleHouse } from '#test/http/support/console-house.ts'
import { must } from '#test/support/must.ts'

let house: ConsoleHouse | null = null
const site = (): ConsoleHouse => must(house)
beforeAll(async () => {
  house = await startConsoleHouse()
  await addDoor(house, { number: 101, name: '<img src=x onerror=alert(1)>', area: '"><script>' })
})
afterAll(async () => house?.[Symbol.asyncDispose]())

const PAGES = ['/console/doors', '/console/alarms', '/console/mutes', '/console/log', '/console/health']

test.for(PAGES)('%s holds no markup that somebody typed, and may load nothing from elsewhere', async (url) => {
  const { body, headers, statusCode } = await site().app.inject({
    url: `${url}?q=<i>&door=<i>`,
    headers: { accept: 'text/html' },
  })
  expect([200, 400]).toContain(statusCode)
  expect(body).not.toMatch(/<img|<i>|"><script>/)
  expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
})

test('the console begins with the doors', async () => {
  const { statusCode, headers } = await site().app.inject('/console')
  expect([statusCode, headers.location]).toEqual([303, '/console/doors'])
})

describe('style and script', () => {
  test.for([STYLE, SCRIPT])(
    '$path may be kept, because what has this name never changes',
    async ({ path, text, type }) => {
      const { headers, body } = await site().app.inject(path)
      expect(headers).toMatchObject({ 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' })
      expect(body).toBe(text)
    },
  )
})

test.for(['x', '0', '-1', '1e9'])('a search that means nothing is no error: before=%s', async (before) => {
  const { statusCode } = await site().app.inject(`/console/alarms?before=${before}`)
  expect(statusCode).toBe(200)
})

test('an alarm that is not there is not acknowledged, and an empty word is not taken', async () => {
  const { app } = site()
  const post = (id: number, payload: object) =>
    app.inject({ method: 'POST', url: `/console/alarms/${id}/acknowledge`, payload: { formToken: 't', ...payload } })
  expect((await post(99, { word: 'x' })).statusCode).toBe(404)
  await site().raise({ kind: 'lock-offline', lockId: null })
  const id = must(must((await site().alarms.standingAlarms(1))[0]).id)
  const wrong = await post(id, { word: '  ', weight: 1 })
  expect([wrong.statusCode, wrong.body.includes('Please fill this in.')]).toEqual([400, true])
  expect((await post(id, { word: 'seen', weight: 1 })).headers.location).toBe('/console/alarms?done=acknowledged')
})
