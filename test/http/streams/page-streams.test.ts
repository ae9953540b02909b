import { PassThrough, type Readable } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { StoreFault } from '#domain/store-fault.ts'
import { type PageMessage, PageStreams } from '#http/streams/page-streams.ts'
import { silentLog } from '#test/store/support/store-site.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'

const EVERY_MS = 1_000
const HOUR_MS = 3_600_000

let clock: ManualClock
let streams: PageStreams
let asked: number
let next: () => Promise<readonly PageMessage[]>
let endSession: () => void
beforeEach(() => {
  clock = new ManualClock()
  streams = new PageStreams(clock, silentLog)
  asked = 0
  next = async () => []
  endSession = () => {}
})

function opened(holder = 'ada', ip = '10.0.0.1'): Readable {
  const stream = streams.open({
    ...{ holder, ip, everyMs: EVERY_MS },
    page: {
      next: () => {
        asked += 1
        return next()
      },
    },
    onEnd: (run) => {
      endSession = run
      return () => {}
    },
  })
  if (stream === 'too-many') throw new Error(stream)
  return stream
}

/** Everything that was told so far. */
function reading(stream: Readable): { readonly told: () => string; readonly isOver: () => boolean } {
  let text = ''
  let isOver = false
  stream.on('data', (piece) => {
    text += String(piece)
  })
  stream.on('end', () => {
    isOver = true
  })
  return { told: () => text, isOver: () => isOver }
}
const put = (html: string): readonly PageMessage[] => [{ event: 'put', html, place: 'p1' }]

test('a page hears of what is new with the place where it goes on, and now and then that it is still connected', async () => {
  const { told } = reading(opened())
  await settled()
  next = async () => put('<p>one\n</p>')
  await clock.passMs(EVERY_MS)
  expect(told()).toContain('id: p1\nevent: put\ndata: <p>one\ndata: </p>\n\n')
  next = async () => []
  const before = told().split('event: beat').length
  await clock.passMs(30_000)
  expect(told().split('event: beat').length - before).toBeGreaterThanOrEqual(2)
})

test('a reader who takes nothing is not asked for until he has taken it', async () => {
  const stream = opened()
  await settled()
  next = async () => put('x'.repeat(100_000))
  await clock.passMs(EVERY_MS)
  const full = asked
  await clock.passMs(20 * EVERY_MS)
  expect(asked).toBe(full)
  reading(stream)
  await settled()
  await clock.passMs(2 * EVERY_MS)
  expect(asked).toBeGreaterThan(full)
})

test('a stream ends after an hour, and says so where its session ends', async () => {
  const hour = reading(opened())
  await clock.passMs(HOUR_MS - EVERY_MS)
  expect(hour.isOver()).toBe(false)
  await clock.passMs(2 * EVERY_MS)
  expect([hour.isOver(), hour.told().includes('event: over')]).toEqual([true, false])
  const session = reading(opened())
  endSession()
  await clock.passMs(EVERY_MS)
  expect([session.isOver(), session.told().includes('event: over')]).toEqual([true, true])
})

test('a store that fails is asked again at the next look; any other fault ends the stream', async () => {
  const { told, isOver } = reading(opened())
  next = () => Promise.reject(new StoreFault('disk I/O error'))
  await clock.passMs(3 * EVERY_MS)
  next = async () => put('<p>well</p>')
  await clock.passMs(EVERY_MS)
  expect(told()).toContain('<p>well</p>')
  next = () => Promise.reject(new Error('a mistake of ours'))
  await clock.passMs(EVERY_MS)
  expect(isOver()).toBe(true)
})

test('one person has 20 streams at most, and what is closed gives its place back', async () => {
  const all = Array.from({ length: 20 }, (_, n) => opened('ada', `10.0.0.${n}`))
  expect(() => opened('ada', '10.0.1.1')).toThrow('too-many')
  expect(opened('bob', '10.0.1.1')).toBeInstanceOf(PassThrough)
  all[0]?.destroy()
  await settled()
  expect(opened('ada', '10.0.1.1')).toBeInstanceOf(PassThrough)
  streams.close()
  expect(() => opened('eve', '10.0.1.2')).toThrow('too-many')
})
