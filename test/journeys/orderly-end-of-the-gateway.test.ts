import { Agent, request } from 'node:http'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { expectTruth } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const body = z.looseObject({ reason: z.string().optional(), openingId: z.string().optional() })

async function open(url: string, uuid: string) {
  const answer = await fetch(`${url}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  return { ...body.parse(await answer.json()), status: answer.status }
}

/** One answered request on a connection that stays open; resolves when that connection ends. */
function keptAlive(url: string): { answered: Promise<void>; ended: Promise<void> } {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const answered = new Promise<void>((resolve, reject) => {
    const sent = request(`${url}/healthz`, { agent: new Agent({ keepAlive: true }) }, (answer) => {
      answer.resume().on('end', resolve)
    })
    sent.on('socket', (socket) => socket.on('close', () => end()))
    sent.on('error', reject)
    sent.end()
  })
  return { answered, ended }
}

test('SIGTERM with 20 openings in flight: each gets its answer or its deadline, new ones are refused, exit 0', async () => {
  await using dir = await SiteDir.make()
  const first = await dir.serve()
  const doors: { sheet: string; uuid: string }[] = []
  for (let lockId = 1; lockId <= 20; lockId += 1) {
    doors.push({ sheet: await dir.addLock(lockId), uuid: await dir.createKey(lockId) })
  }
  const spare = await dir.createKey(1)
  const late = { faults: { lateMs: 1_000 } }
  const mute = { faults: { mute: true } }
  const locks = await Promise.all(doors.map(({ sheet }, index) => dir.play(sheet, index < 10 ? late : mute)))
  await Promise.all(doors.map(({ uuid }) => untilLockOnline(first.publicUrl, uuid)))

  const inFlight = doors.map(({ uuid }) => open(first.publicUrl, uuid))
  await Promise.all(locks.map((lock) => lock.waitFor(() => lock.actuations === 1)))
  const kept = keptAlive(first.publicUrl)
  await kept.answered
  first.program.kill('SIGTERM')
  await until('a new opening is refused', async () => {
    const refused = await open(first.publicUrl, spare).catch(() => 'no connection')
    return refused === 'no connection' || (typeof refused === 'object' && refused.reason === 'shutting-down')
  })
  const answers = await Promise.all(inFlight)
  expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array(10).fill(303))
  expect(answers.slice(10).map(({ status }) => status)).toEqual(Array(10).fill(504))
  expect(await first.program.ended).toMatchObject({ code: 0, signal: null })
  expect(locks.map(({ actuations }) => actuations)).toEqual(Array(20).fill(1))

  const second = await dir.serve()
  await Promise.all(doors.map(({ uuid }) => untilLockOnline(second.publicUrl, uuid)))
  const { openings } = await expectTruth(dir)
  expect(openings.map(({ state }) => state)).toEqual(Array(20).fill('opened'))
})

test('SIGTERM when idle ends at once with 0, with kept-alive connections, an event stream and locks still there', async () => {
  await using dir = await SiteDir.make({ opening: { deadlineMs: 2_000, answerWaitMs: 2_000 } })
  const [sheet, uuid] = [await dir.addLock(1), await dir.createKey(1)]
  const { program, publicUrl } = await dir.serve()
  await dir.play(sheet, { faults: { mute: true } })
  await untilLockOnline(publicUrl, uuid)
  const { status, openingId } = await open(publicUrl, uuid)
  expect(status).toBe(504)

  const kept = [keptAlive(publicUrl), keptAlive(publicUrl)]
  await Promise.all(kept.map(({ answered }) => answered))
  const stream = await fetch(`${publicUrl}/openings/${openingId}`, { headers: { accept: 'text/event-stream' } })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
  const toldMs = performance.now()
  program.kill('SIGTERM')
  // npm and terminals say it twice.
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ code: 0, signal: null })
  expect(performance.now() - toldMs).toBeLessThan(3_000)
  await Promise.all(kept.map(({ ended }) => ended))
  expect(await stream.text()).toContain('"state":"unconfirmed"')
})
