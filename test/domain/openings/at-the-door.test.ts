import { expect, test } from 'vitest'
import { latelyLines } from '#cli/why-command.ts'
import { judgeSighting } from '#domain/alarms/alarm.ts'
import { atTheDoor } from '#domain/openings/at-the-door.ts'
import { anOpening } from '#test/http/support/console-doors.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'

const jam = (id: number) => judgeSighting({ kind: 'lock-jammed', lockId: lockId(id), about: null, times: 1 }, null, T0)

test('of a door is told what became of its last opening, and what stands of it and of no other, stored or not', async () => {
  const lastOpening = anOpening(lockId(1))
  const [here, there, ownSite] = [jam(1), jam(2), { ...jam(1), kind: 'disk-low', lockId: null }]
  const away = { ...jam(1), kind: 'lock-offline' }
  const told = await atTheDoor(lockId(1), {
    store: { latestOpeningOf: async () => lastOpening },
    standing: { standingAlarms: async () => [here, there, ownSite] },
    alarms: { unstored: [away, here, jam(2)] },
  })
  expect(told).toEqual({ lastOpening, alarms: [away, here] })
})

test('why says that the last opening jammed and which alarm stands, though a tap would be sent', () => {
  const since = '2026-11-28T19:20:00.000Z'
  const lines = latelyLines(
    {
      lastOpening: { state: 'jammed', reason: null, startedAt: since },
      alarms: [{ kind: 'lock-jammed', since, advice: 'Try the door by hand.' }],
    },
    'Europe/Berlin',
  ).join(' ')
  expect(lines).toMatch(/^Last opening: jammed, .*20:20.*[.] lock-jammed stands since .*[.] Try the door by hand[.]$/)
  expect(latelyLines({ lastOpening: null, alarms: [] }, 'Europe/Berlin')).toEqual([])
})
