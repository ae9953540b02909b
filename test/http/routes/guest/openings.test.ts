import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Opening } from '#domain/openings/opening.ts'
import { OpeningWatch } from '#domain/openings/opening-watch.ts'
import type { Clock } from '#domain/time/clock.ts'
import { OpeningStreams } from '#http/streams/opening-streams.ts'
import { newOpeningId } from '#protocol/ids.ts'
import { errorAnswer, openingAnswer } from '#test/http/support/answer-schemas.ts'
import { LOCK_ID, NOW_MS, present } from '#test/http/support/route-samples.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'

const anOpening = (difference: Partial<Opening> = {}): Opening => ({
  openingId: newOpeningId(),
  lockId: LOCK_ID,
  tempKeyUuid: null,
  userId: null,
  state: 'reserved',
  reason: null,
  corrected: false,
  startedAtMs: NOW_MS,
  settledAtMs: null,
  usedCount: 0,
  maxUses: 3,
  ...difference,
})

let site: RouteSite
beforeEach(async () => {
  site = await startRouteSite()
  return () => site.app.close()
})

const store = (opening: Opening): Opening => {
  site.rows.putOpening(opening)
  site.watch.announce(opening)
  return opening
}
const stream = (openingId: string, headers: Record<string, string> = {}) =>
  site.app.inject({ url: `/openings/${openingId}`, headers: { accept: 'text/event-stream', ...headers } })
const states = (body: string) =>
  [...body.matchAll(/^data: (.*)$/gm)].map(([, json]) => openingAnswer.parse(JSON.parse(json ?? '')).state)

describe('an opening', () => {
  test('is told to whoever holds its id, and names no key', async () => {
    const key = site.addKey()
    const opening = store(anOpening({ tempKeyUuid: key.uuid, state: 'opened', settledAtMs: NOW_MS + 5, usedCount: 1 }))
    const answer = await site.app.inject({ url: `/openings/${opening.openingId}` })
    expect(openingAnswer.parse(answer.json())).toMatchObject({ state: 'opened', final: true, usedCount: 1 })
    expect(answer.body).not.toContain(key.uuid)
  })

  test.each(['charged', 'released'] as const)(
    'that an operator has %s repeats nothing of what he wrote',
    async (state) => {
      const reason = 'Ann was seen inside'
      const key = site.addKey()
      const opening = store(anOpening({ tempKeyUuid: key.uuid, state, reason, settledAtMs: NOW_MS }))
      const answer = await site.app.inject({ url: `/openings/${opening.openingId}` })
      expect(openingAnswer.parse(answer.json())).toMatchObject({ state, final: true, reason: null })
      expect((await stream(opening.openingId)).body).not.toContain('Ann')
      const ofKey = await site.app.inject({ url: `/temp-keys/${key.uuid}` })
      expect(ofKey.json()).toMatchObject({ latestOpening: { state, reason: null } })
    },
  )

  test('that was charged by its age says so', async () => {
    const opening = store(anOpening({ state: 'charged', reason: 'too-old', settledAtMs: NOW_MS }))
    const answer = await site.app.inject({ url: `/openings/${opening.openingId}` })
    expect(answer.json()).toMatchObject({ state: 'charged', reason: 'too-old' })
  })

  test('is JSON for a browser too: its holder is a program', async () => {
    const { openingId } = store(anOpening())
    const answer = await site.app.inject({ url: `/openings/${openingId}`, headers: { accept: 'text/html' } })
    expect(answer.headers['content-type']).toContain('application/json')
  })

  test('that nobody made is 404, and what is no id is 400', async () => {
    const missing = await site.app.inject({ url: `/openings/${newOpeningId()}` })
    expect([missing.statusCode, errorAnswer.parse(missing.json()).reason]).toEqual([404, 'opening-not-found'])
    const wrong = await site.app.inject({ url: '/openings/short' })
    expect(errorAnswer.parse(wrong.json())).toMatchObject({ code: 400, details: [{ field: 'openingId' }] })
    expect((await stream(newOpeningId())).statusCode).toBe(404)
  })
})

describe('the event stream of an opening', () => {
  test('of a final opening tells it and ends', async () => {
    const { openingId } = store(anOpening({ state: 'refused', reason: 'privacy' }))
    const answer = await stream(openingId)
    expect(states(answer.body)).toEqual(['refused'])
    expect(answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  })

  test('stops a client that asks again after the end', async () => {
    const { openingId } = store(anOpening({ state: 'refused' }))
    expect((await stream(openingId, { 'last-event-id': 'refused' })).statusCode).toBe(204)
  })

  test('is no stream for HEAD', async () => {
    const { openingId } = store(anOpening())
    const headers = { accept: 'text/event-stream' }
    const answer = await site.app.inject({ method: 'HEAD', url: `/openings/${openingId}`, headers })
    expect([answer.statusCode, answer.body]).toEqual([200, ''])
  })
})

const at = (ip: string) => ({ lastEventId: null, ip })
const HERE = at('192.0.2.1')

describe('a stream over time', () => {
  /** Time that a test moves by hand. */
  class HandClock implements Clock {
    elapsedMs = 0
    #timers: { atMs: number; run: () => void }[] = []
    nowMs = () => NOW_MS + this.elapsedMs
    monotonicMs = () => this.elapsedMs
    startTimer(delayMs: number, run: () => void) {
      const timer = { atMs: this.elapsedMs + delayMs, run }
      this.#timers.push(timer)
      return () => {
        this.#timers = this.#timers.filter((each) => each !== timer)
      }
    }
    get waiting(): number {
      return this.#timers.length
    }
    async pass(ms: number): Promise<void> {
      const untilMs = this.elapsedMs + ms
      for (;;) {
        const due = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
        if (due === undefined) break
        this.#timers = this.#timers.filter((each) => each !== due)
        this.elapsedMs = due.atMs
        due.run()
        await new Promise((resolve) => setImmediate(resolve))
      }
      this.elapsedMs = untilMs
    }
  }
  const start = async (opening: Opening) => {
    const clock = new HandClock()
    const openings = new Map([[opening.openingId, opening]])
    const watch = new OpeningWatch(clock)
    const streams = new OpeningStreams({ clock, watch, store: { findOpening: async (id) => openings.get(id) ?? null } })
    const stream = await streams.open(opening.openingId, HERE)
    if (typeof stream === 'string') throw new Error(stream)
    return { clock, openings, watch, streams, body: text(stream), stream }
  }

  test('tells each state once, in order, and ends at the final one', async () => {
    const opening = anOpening()
    const { clock, watch, body } = await start(opening)
    await clock.pass(1)
    watch.announce({ ...opening, state: 'unconfirmed', reason: 'deadline' })
    watch.announce({ ...opening, state: 'unconfirmed', reason: 'deadline' })
    watch.announce({ ...opening, state: 'opened', settledAtMs: NOW_MS, usedCount: 1 })
    expect(states(await body)).toEqual(['reserved', 'unconfirmed', 'opened'])
    expect(clock.waiting).toBe(0)
  })

  test('says something every 10 s, so that nobody takes it for dead', async () => {
    const { clock, streams, body } = await start(anOpening({ state: 'unconfirmed' }))
    await clock.pass(35_000)
    streams.close()
    expect((await body).match(/^:$/gm)).toHaveLength(3)
  })

  test('finds a change that nobody announced', async () => {
    const opening = anOpening({ state: 'unconfirmed' })
    const { clock, openings, body } = await start(opening)
    await clock.pass(5_000)
    openings.set(opening.openingId, { ...opening, state: 'charged' })
    await clock.pass(5_000)
    expect(states(await body)).toEqual(['unconfirmed', 'charged'])
    expect(clock.waiting).toBe(0)
  })

  test('ends after ten minutes: its client asks again', async () => {
    const { clock, body } = await start(anOpening({ state: 'unconfirmed' }))
    await clock.pass(11 * 60_000)
    expect(states(await body)).toEqual(['unconfirmed'])
    expect(clock.waiting).toBe(0)
  })

  test('holds nothing once its client is gone', async () => {
    const { clock, stream, body } = await start(anOpening({ state: 'unconfirmed' }))
    body.catch(() => {})
    stream.destroy()
    await vi.waitFor(() => expect(clock.waiting).toBe(0))
  })

  test('is refused when 500 are open already, and no opening takes more than eight of them', async () => {
    const opening = anOpening({ state: 'unconfirmed' })
    const { streams, openings } = await start(opening)
    const openOther = (ip: string) => {
      const other = anOpening({ state: 'unconfirmed' })
      openings.set(other.openingId, other)
      return streams.open(other.openingId, at(ip))
    }
    for (let n = 1; n < 8; n += 1) expect(await streams.open(opening.openingId, HERE)).not.toBe('too-many')
    expect(await streams.open(opening.openingId, HERE)).toBe('too-many')
    for (let n = 8; n < 500; n += 1) expect(await openOther(`198.51.100.${n % 10}`)).not.toBe('too-many')
    expect(await openOther('203.0.113.9')).toBe('too-many')
    streams.close()
    expect(present(await streams.open(opening.openingId, HERE))).toBe('too-many')
  })

  test('of one network leaves half of all to the others: whoever knows many ids takes no guest’s stream', async () => {
    const { streams, openings } = await start(anOpening({ state: 'unconfirmed' }))
    const open = (ip: string) => {
      const opening = anOpening({ state: 'unconfirmed' })
      openings.set(opening.openingId, opening)
      return streams.open(opening.openingId, at(ip))
    }
    for (let n = 0; n < 250; n += 1) expect(await open(`2001:db8::${n + 1}`)).not.toBe('too-many')
    expect(await open('2001:db8::ffff')).toBe('too-many')
    expect(await open('2001:db8:0:1::1')).not.toBe('too-many')
    streams.close()
  })

  test('that was refused or ended takes no place from another', async () => {
    const opening = anOpening({ state: 'unconfirmed' })
    const { streams } = await start(opening)
    for (let n = 0; n < 20; n += 1) expect(await streams.open(newOpeningId(), HERE)).toBe('not-found')
    for (let n = 0; n < 20; n += 1) {
      const stream = await streams.open(opening.openingId, HERE)
      if (typeof stream === 'string') throw new Error(stream)
      const closed = new Promise((resolve) => stream.once('close', resolve))
      stream.destroy()
      await closed
    }
    streams.close()
  })
})
