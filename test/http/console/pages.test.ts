import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StaffRole } from '#domain/access/roles.ts'
import { SCRIPT, STYLE } from '#http/pages/console/console-assets.ts'
import { english } from '#http/words/console/english.ts'
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

const PAGES = [
  ...['/console/doors/101', '/console/doors/101/qr', '/console/doors/101/messages'],
  ...['/console/doors', '/console/alarms', '/console/mutes', '/console/log', '/console/health'],
  '/console/keys',
]

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

test('an alarm that is not there is not acknowledged, and a word that is empty or too long is not taken', async () => {
  const { app } = site()
  const post = (id: number, payload: object) =>
    app.inject({ method: 'POST', url: `/console/alarms/${id}/acknowledge`, payload: { formToken: 't', ...payload } })
  expect((await post(99, { word: 'x' })).statusCode).toBe(404)
  await site().raise({ kind: 'lock-offline', lockId: null })
  const id = must(must((await site().alarms.standingAlarms(1))[0]).id)
  const wrong = await post(id, { word: '  ', weight: 1 })
  expect([wrong.statusCode, wrong.body.includes('Please fill this in.')]).toEqual([400, true])
  const long = await post(id, { word: 'x'.repeat(201), weight: 1 })
  expect([long.statusCode, long.body.includes(english.form.tooLong(200))]).toEqual([400, true])
  expect((await post(id, { word: 'seen', weight: 1 })).headers.location).toBe('/console/alarms?done=acknowledged')
})

test('a mute of no door and of too many hours names both at once, and what was typed stays', async () => {
  const payload = { formToken: 't', what: 'door', door: '', hours: '13' }
  const { statusCode, body } = await site().app.inject({ method: 'POST', url: '/console/mutes', payload })
  expect(statusCode).toBe(400)
  for (const said of [english.alarms.chooseDoor, english.alarms.badHours]) expect(body).toContain(said)
  expect(await site().alarms.mutesAt(Date.now())).toEqual([])
})

test('a word about an alarm is one line that can do nothing to a terminal, and is shown to whoever may read of persons', async () => {
  const { app, visitor } = site()
  await site().raise({ kind: 'lock-jammed', lockId: null })
  const id = must(must((await site().alarms.standingAlarms(1))[0]).id)
  const url = `/console/alarms/${id}/acknowledge`
  const word = 'Smith\u001b]0;x\u0007 in\r\nroom \u202e12'
  await app.inject({ method: 'POST', url, payload: { formToken: 't', word, weight: 1 } })
  const said = async (role: StaffRole, name: string): Promise<boolean> => {
    Object.assign(visitor, { role, name })
    return (await app.inject('/console/alarms')).body.includes('Smith ]0;x in room 12')
  }
  const before = { ...visitor }
  expect([await said('technician', before.name), await said('auditor', 'Bo')]).toEqual([true, true])
  expect(await said('technician', 'Cleo')).toBe(false)
  Object.assign(visitor, before)
})

test('a key’s link that was pasted into the search stays in no address', async () => {
  const { app, visitor } = site()
  const before = { ...visitor }
  Object.assign(visitor, { role: 'auditor' })
  const uuid = '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b'
  const asked = new URLSearchParams({ key: `https://doors.example.org/temp-keys/${uuid}`, kind: 'opening' })
  const { statusCode, headers } = await app.inject(`/console/log?${asked}`)
  expect([statusCode, headers.location]).toEqual([
    303,
    expect.stringMatching(/^\/console\/log\?key=[\w-]{22}&kind=opening$/),
  ])
  const found = await app.inject(must(headers.location))
  expect([found.statusCode, found.body.includes(uuid)]).toEqual([200, false])
  Object.assign(visitor, before)
})

test('the log that is followed leaves out no line, however many things happen between two looks', async () => {
  await using busy = await startConsoleHouse({ role: 'manager' })
  const page = await busy.app.inject({ url: '/console/log', headers: { accept: 'text/html' } })
  const stream = must(/data-stream="([^"]+)"/.exec(page.body)?.[1]).replaceAll('&#38;', '&')
  await Promise.all(Array.from({ length: 60 }, (_, n) => addDoor(busy, { number: n + 1, name: `Door ${n + 1}` })))
  const end = new AbortController()
  const answer = await fetch(`${busy.url}${stream}`, { signal: end.signal })
  let told = ''
  for await (const piece of must(answer.body).pipeThrough(new TextDecoderStream())) {
    told += piece
    if (/event: top\ndata: [^\n]*\n\n/.test(told)) break
  }
  end.abort()
  expect(told.match(/<tr/g)).toHaveLength(60)
})
