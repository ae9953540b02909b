import { expect, test } from 'vitest'
import { DoorMessages, type LockMessage } from '#domain/locks/door-messages.ts'
import { lockId } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const said = (text: string): LockMessage => ({
  ...{ direction: 'from-lock', type: 'lock-hello+jwt', text, verdict: 'ok', detail: null },
})

function aBook() {
  const clock = new ManualClock()
  const seeing = new Map<number, (message: LockMessage) => void>()
  const messages = new DoorMessages((id, see) => {
    seeing.set(id, see)
    return () => void seeing.delete(id)
  }, clock)
  return { clock, seeing, messages, say: (text: string) => seeing.get(1)?.(said(text)) }
}
const door = lockId(1)

test('what a lock says is told newest first, each message once, and not what was said before somebody looked', () => {
  const { messages, say } = aBook()
  say('before')
  let place = messages.begin(door)
  say('first')
  say('second')
  const found = messages.since(place, door)
  expect(found.messages.map(({ text }) => text)).toEqual(['second', 'first'])
  place = found.place
  expect(messages.since(place, door).messages).toEqual([])
  say('third')
  expect(messages.since(place, door).messages.map(({ text }) => text)).toEqual(['third'])
})

test('nothing is kept once nobody has looked for a while, and a lock that talks without end fills no memory', async () => {
  const { clock, messages, seeing, say } = aBook()
  const place = messages.begin(door)
  for (let n = 0; n < 1_000; n += 1) say(String(n))
  expect(messages.since(place, door).messages).toHaveLength(200)
  await clock.passMs(14_000)
  messages.since(place, door)
  await clock.passMs(14_000)
  expect(seeing.size).toBe(1)
  await clock.passMs(2_000)
  expect(seeing.size).toBe(0)
  expect(messages.since(place, door).messages).toEqual([])
})

test.each([null, '', 'x-1', 'x'])('a place that means nothing here tells nothing twice: %s', (place) => {
  const { messages, say } = aBook()
  messages.begin(door)
  say('first')
  expect(messages.since(place, door).messages).toEqual([])
})
