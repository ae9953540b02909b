import { expect, test } from 'vitest'
import { addDoor } from '#test/http/support/console-doors.ts'
import { startConsoleHouse } from '#test/http/support/console-house.ts'

const PAGE = { accept: 'text/html' }

test('the lines that the page shows can be had whole, as CSV and as JSON Lines, and the reader stands in the log', async () => {
  await using house = await startConsoleHouse({ role: 'manager' })
  await addDoor(house, { number: 101, name: 'Main entrance' })
  await addDoor(house, { number: 102, name: 'Boiler room' })
  const page = await house.app.inject({ url: '/console/log?door=boiler', headers: PAGE })
  const [csvHref = '', jsonlHref = ''] = [...page.body.matchAll(/href="(\/console\/log\/file[^"]+)" download/g)].map(
    ([, href = '']) => href.replaceAll('&#38;', '&'),
  )
  const csv = await house.app.inject(csvHref)
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="log-\d{4}-\d\d-\d\d\.csv"$/)
  const [head = '', ...lines] = csv.body.trim().split('\r\n')
  expect(head).toContain('local_time,utc,lock,door')
  expect(lines).toEqual([expect.stringContaining(',102,Boiler room,')])
  const jsonl = await house.app.inject(jsonlHref)
  expect(
    jsonl.body
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toMatchObject([{ lockId: 102 }])
  const log = await house.app.inject({ url: '/console/log?kind=site', headers: PAGE })
  expect(log.body).toContain('a file ended: ')
  expect(log.body).toContain('Ada Lindqvist')
})

test('who does not see persons finds no lines by them', async () => {
  await using house = await startConsoleHouse({ role: 'technician' })
  const refused = await house.app.inject('/console/log/file?format=csv&person=carla')
  expect([refused.statusCode, refused.headers.location]).toEqual([303, '/console/log?person=carla'])
})

test.for([
  ['door=nowhere', '/console/log?door=nowhere'],
  ['since=2026-03-29T02:30', '/console/log?since=2026-03-29T02%3A30'],
])('what is asked for wrongly (%s) leads to the page, which says so', async ([asked, page]) => {
  await using house = await startConsoleHouse()
  const { statusCode, headers } = await house.app.inject(`/console/log/file?format=csv&${asked}`)
  expect([statusCode, headers.location]).toEqual([303, page])
  const shown = await house.app.inject({ url: page ?? '', headers: PAGE })
  expect(shown.statusCode).toBe(400)
  expect(shown.body).not.toContain('/console/log/file')
})

test('a form that no file has is refused', async () => {
  await using house = await startConsoleHouse()
  expect((await house.app.inject('/console/log/file?format=xml')).statusCode).toBe(400)
})

test.for([
  ['en', 'Reason: Lock offline'],
  ['de', 'Grund: Schloss offline'],
])('a reason is told in words: %s', async ([language, said]) => {
  await using house = await startConsoleHouse()
  await house.raise({ kind: 'lock-offline', lockId: await addDoor(house, { number: 101, name: 'Main entrance' }) })
  const { body } = await house.app.inject({ url: `/console/log?lang=${language}`, headers: PAGE })
  expect(body).toContain(said)
  expect(body).not.toContain('<code>lock-offline')
})
