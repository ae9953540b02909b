import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { addRateLimits, type RateLimits } from '#http/limits/rate-limits.ts'

const MINUTE_MS = 60_000

let app: FastifyInstance
let limits: RateLimits
let nowMs: number
/** A request to hand to the limits: they are asked outside of its handling. */
let request: FastifyRequest
beforeEach(async () => {
  nowMs = 1_000
  app = fastify()
  app.decorateRequest('caller', null)
  limits = await addRateLimits(app, { failures: 20, commands: 30, calls: 600 }, () => nowMs)
  app.get('/', async (asked) => {
    request = asked
    return ''
  })
  await app.inject('/')
})
afterEach(async () => {
  vi.useRealTimers()
  await app.close()
})

const failTimes = (times: number) => Promise.all(Array.from({ length: times }, () => limits.failed(request)))
const passed = (verdicts: readonly (number | null)[]) => verdicts.filter((verdict) => verdict === null).length

describe('a limit', () => {
  test('lets as many through as it says, however many come in one moment', async () => {
    expect(passed(await failTimes(60))).toBe(20)
  })

  test('ends with its minute, and says how long that is', async () => {
    await failTimes(20)
    nowMs += 17_500
    expect(await limits.failed(request)).toBe(43)
    nowMs += MINUTE_MS - 17_500 - 1
    expect(await limits.failed(request)).toBe(1)
    nowMs += 1
    expect(passed(await failTimes(25))).toBe(20)
  })

  test('of a minute stays one when the wall clock is set back by a day', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 2) })
    await failTimes(20)
    vi.setSystemTime(Date.UTC(2026, 10, 1))
    nowMs += MINUTE_MS
    expect(passed(await failTimes(20))).toBe(20)
  })

  test('counts for itself: who has failed too often may still call', async () => {
    await failTimes(21)
    expect(await limits.calls(request)).toBeNull()
  })
})
