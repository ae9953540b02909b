import { expect, test } from 'vitest'
import { instantMeant } from '#domain/time/instant-meant.ts'
import { zoneNamed } from '#runtime/site-zone.ts'

const berlin = zoneNamed('Europe/Berlin')
const at = (date: string, hour: number, minute: number) => ({ date, minuteOfDay: hour * 60 + minute })

test.for([
  ['a usual time', '2026-11-28', 22, { kind: 'one', atMs: Date.parse('2026-11-28T21:30:00Z') }],
  [
    'a time that the clock skips, by the offset after and by the one before',
    '2026-03-29',
    2,
    { kind: 'skipped', choices: [Date.parse('2026-03-29T00:30:00Z'), Date.parse('2026-03-29T01:30:00Z')] },
  ],
  [
    'a time that it shows twice, in their order',
    '2026-10-25',
    2,
    { kind: 'repeated', choices: [Date.parse('2026-10-25T00:30:00Z'), Date.parse('2026-10-25T01:30:00Z')] },
  ],
] as const)('%s', ([, date, hour, meant]) => {
  expect(instantMeant(at(date, hour, 30), berlin)).toEqual(meant)
})
