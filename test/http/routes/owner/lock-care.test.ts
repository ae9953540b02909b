import { beforeEach, expect, test } from 'vitest'
import { commandAnswer, errorAnswer } from '#test/http/support/answer-schemas.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite({ listener: { kind: 'owner', publicUrlHost: null } })
  return () => site.app.close()
})

const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
  site.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) })

test('a lock gets a time of its own until it counts as offline, and gives it back', async () => {
  for (const offlineAfterMin of [30, null]) {
    const answer = await ask('PATCH', '/locks/101', { offlineAfterMin })
    expect(commandAnswer.parse(answer.json())).toMatchObject({ lock: { offlineAfterMin } })
  }
})

test.each([0, 1_441, 1.5, '30'])('a time until it counts as offline of %j is refused', async (offlineAfterMin) => {
  const answer = await ask('PATCH', '/locks/101', { offlineAfterMin })
  expect(answer.statusCode).toBe(400)
  expect(errorAnswer.parse(answer.json()).details?.map(({ field }) => field)).toEqual(['offlineAfterMin'])
})

test('new batteries are an event of their lock, and of no lock that is not there', async () => {
  const answer = await ask('POST', '/locks/101/battery-replaced')
  expect(commandAnswer.parse(answer.json())).toMatchObject({
    event: { type: 'BatteryReplaced' },
    lock: { lockId: 101 },
  })
  expect((await ask('POST', '/locks/9/battery-replaced')).statusCode).toBe(404)
})

test('how much the alarms ask of people is told', async () => {
  expect((await ask('GET', '/alarms/figures')).json()).toEqual({ messages: [], noisiest: [], isAll: true })
})
