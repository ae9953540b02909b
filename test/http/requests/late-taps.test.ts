import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { errorAnswer } from '#test/http/support/answer-schemas.ts'
import { commanderTokens, openLockRequest } from '#test/http/support/lock-commander.ts'
import { listen, sendRaw } from '#test/http/support/raw-http.ts'
import { type RouteSite, startRouteSite } from '#test/http/support/route-site.ts'
import { StalledHeartbeat } from '#test/http/support/stalled-heartbeat.ts'

const DEADLINE_MS = 5_000
let site: RouteSite
let port: number
let heartbeat: StalledHeartbeat
beforeEach(async () => {
  heartbeat = new StalledHeartbeat()
  site = await startRouteSite({ deadlineMs: DEADLINE_MS, heartbeat, tokens: commanderTokens })
  port = await listen(site.app)
})
afterEach(() => site.app.close())

const tap = (uuid: string, headers = '') =>
  sendRaw(port, `POST /temp-keys/${uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n${headers}\r\n`)

const openLock = (body: object) => sendRaw(port, openLockRequest(body, 'Connection: close\r\n'))

/** Keeps the lock at work on a command until the answer is called. */
const holdTheDoor = () => {
  let answer = () => {}
  site.link.whim = { hold: new Promise((resolve) => (answer = resolve)) }
  return () => answer()
}

describe('a tap that lay unread for longer than its deadline', () => {
  test('moves nothing, holds no use, and is told to come again', async () => {
    const key = site.addKey()
    heartbeat.stoodStillMs = DEADLINE_MS
    const { status, head, body } = await tap(key.uuid)
    expect([status, errorAnswer.parse(JSON.parse(body)).reason]).toEqual([503, 'overloaded'])
    expect(head).toMatch(/^Retry-After: \d+$/im)
    expect(site.link.sent).toHaveLength(0)
    expect(site.rows.openings.length).toBe(0)
    expect(site.rows.key(key.uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
  })

  test('is told first what keeps its key from opening at all', async () => {
    heartbeat.stoodStillMs = DEADLINE_MS
    const { body } = await tap(site.addKey({ revokedAtMs: 1 }).uuid)
    expect(errorAnswer.parse(JSON.parse(body)).reason).toBe('key-revoked')
  })

  test('does not join the opening of another tap: whoever tapped so long ago may stand elsewhere now', async () => {
    const answerTheDoor = holdTheDoor()
    const { uuid } = site.addKey()
    const inTime = tap(uuid)
    await expect.poll(() => site.link.sent.length).toBe(1)
    heartbeat.stoodStillMs = DEADLINE_MS
    expect((await tap(uuid)).status).toBe(503)
    answerTheDoor()
    expect((await inTime).status).toBe(303)
  })

  test('is not remembered: the same request may try again, and opens', async () => {
    const { uuid } = site.addKey()
    heartbeat.stoodStillMs = DEADLINE_MS
    expect((await tap(uuid, 'Idempotency-Key: tap-1\r\n')).status).toBe(503)
    heartbeat.stoodStillMs = 0
    expect((await tap(uuid, 'Idempotency-Key: tap-1\r\n')).status).toBe(303)
    expect(site.link.sent).toHaveLength(1)
  })

  test('repeats a request that was answered in time: it gets the same answer, and nothing moves', async () => {
    const { uuid } = site.addKey()
    const first = await tap(uuid, 'Idempotency-Key: tap-1\r\n')
    heartbeat.stoodStillMs = DEADLINE_MS
    const again = await tap(uuid, 'Idempotency-Key: tap-1\r\n')
    expect([again.status, again.body]).toEqual([303, first.body])
    expect(site.link.sent).toHaveLength(1)
  })
})

describe('an opening without a key that lay unread', () => {
  test('for longer than its deadline moves nothing, and is told to come again', async () => {
    heartbeat.stoodStillMs = DEADLINE_MS
    const { status, head, body } = await openLock({})
    expect([status, errorAnswer.parse(JSON.parse(body)).reason]).toEqual([503, 'overloaded'])
    expect(head).toMatch(/^Retry-After: \d+$/im)
    expect(site.link.sent).toHaveLength(0)
    expect(site.rows.openings.length).toBe(0)
  })

  test('for a while asks the lock to move by what is left of its deadline, and no later', async () => {
    heartbeat.stoodStillMs = 2_000
    expect((await openLock({})).status).toBe(200)
    expect(site.link.sent[0]?.notAfterUptimeS).toBe(Math.floor(100 + 0.95 * 2.9))
  })

  test('is not remembered: the same request may try again, and opens', async () => {
    heartbeat.stoodStillMs = DEADLINE_MS
    expect((await openLock({ requestId: 'one' })).status).toBe(503)
    heartbeat.stoodStillMs = 0
    expect((await openLock({ requestId: 'one' })).status).toBe(200)
    expect(site.link.sent).toHaveLength(1)
  })
})

describe('a tap that lay unread for a while', () => {
  test('asks the lock to move by what is left of its deadline, and no later', async () => {
    heartbeat.stoodStillMs = 2_000
    expect((await tap(site.addKey().uuid)).status).toBe(303)
    // The lock has been up for 100 s, and its seconds may be 5 % long.
    expect(site.link.sent[0]?.notAfterUptimeS).toBe(Math.floor(100 + 0.95 * 2.9))
  })

  test('is as old as its own bytes when an empty line came behind the request before it: that began nothing', async () => {
    const socket = connect(port, '127.0.0.1')
    const tapped = async () => {
      socket.write(`POST /temp-keys/${site.addKey().uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n\r\n`)
      await once(socket, 'data')
    }
    heartbeat.stoodStillMs = 3_000
    await tapped()
    heartbeat.stoodStillMs = 0
    await tapped()
    socket.destroy()
    // Of 5 s, 2 are left and then all 5; a slow crystal counts 1.9 and 4.75 meanwhile.
    expect(site.link.sent.map(({ notAfterUptimeS }) => notAfterUptimeS)).toEqual([101, 104])
  })

  test('and came behind another one in the same bytes is as old as those bytes', async () => {
    const requestFor = (headers: string) =>
      `POST /temp-keys/${site.addKey().uuid}/open HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`
    heartbeat.stoodStillMs = 2_000
    await sendRaw(port, requestFor('') + requestFor('Connection: close\r\n'))
    expect(site.link.sent.map(({ notAfterUptimeS }) => notAfterUptimeS)).toEqual([102, 102])
  })

  test('waits for a busy lock as long as it still may be sent, and is told that the lock is busy', async () => {
    const answerTheDoor = holdTheDoor()
    const first = tap(site.addKey().uuid)
    await expect.poll(() => site.link.sent.length).toBe(1)
    heartbeat.stoodStillMs = DEADLINE_MS - 500
    const startedMs = performance.now()
    const { status, body } = await tap(site.addKey().uuid)
    expect([status, errorAnswer.parse(JSON.parse(body)).reason]).toEqual([409, 'lock-busy'])
    expect(performance.now() - startedMs).toBeLessThan(1_500)
    answerTheDoor()
    expect((await first).status).toBe(303)
    expect(site.link.sent).toHaveLength(1)
  })

  test('is one line of the log that says how long it lay there', async () => {
    heartbeat.stoodStillMs = 2_000
    await tap(site.addKey().uuid)
    const line: unknown = JSON.parse(site.logged().trimEnd().split('\n').at(-1) ?? '')
    expect(line).toMatchObject({ status: 303, waitedMs: expect.closeTo(2_000, -3) })
  })
})
