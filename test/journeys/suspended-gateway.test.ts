import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { expectTruth } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** Above every time limit of the gateway's own: connections, keepalive of a lock, an answer. */
const STOPPED_MS = 20_000
const DOORS = [1, 2, 3, 4, 5, 6]

const opening = z.looseObject({ state: z.string(), final: z.boolean() })
const answerBody = z.looseObject({ openingId: z.string().optional(), status: z.string().optional() })

test('a gateway that is suspended in the middle of openings answers all of them truthfully, blames nobody, and opens no door late', async () => {
  await using dir = await SiteDir.make({ log: { level: 'info' } })
  const doors: { readonly lockId: number; readonly sheet: string; readonly uuid: string }[] = []
  for (const lockId of DOORS)
    doors.push({ lockId, sheet: await dir.addLock(lockId), uuid: await dir.createKey(lockId) })
  const { program, publicUrl } = await dir.serve()
  // The odd ones say what they did while nobody listens; the even ones are never asked in time.
  const locks = await Promise.all(
    doors.map(({ lockId, sheet }) => dir.play(sheet, { faults: lockId % 2 === 1 ? { lateMs: 400 } : { mute: true } })),
  )
  await Promise.all(doors.map(({ uuid }) => untilLockOnline(publicUrl, uuid)))

  const taps = doors.map(({ uuid }) =>
    fetch(`${publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' }),
  )
  await Promise.all(locks.map((lock) => lock.waitFor(() => lock.actuations === 1)))
  program.kill('SIGSTOP')
  // Sent to a gateway that stands still, by somebody who has long gone elsewhere when it goes on.
  const late = fetch(`${publicUrl}/temp-keys/${doors[0]?.uuid}/open`, { method: 'POST', redirect: 'manual' })
  await pause(STOPPED_MS)
  program.kill('SIGCONT')

  const answers = await Promise.all(taps)
  for (const [at, answer] of answers.entries()) {
    const { openingId } = answerBody.parse(await answer.json())
    const mayBe = at % 2 === 0 ? [303, 504] : [504]
    expect(mayBe).toContain(answer.status)
    expect(openingId).toBeDefined()
    const { state } = opening.parse(await (await fetch(`${publicUrl}/openings/${openingId}`)).json())
    expect(answer.status === 303 ? ['opened'] : ['unconfirmed', 'opened']).toContain(state)
  }
  expect([503, 504]).toContain((await late).status)
  expect(locks.map((lock) => lock.actuations)).toEqual(DOORS.map(() => 1))
  expect(program.stderr).not.toMatch(/caller hung up|connection ended by the gateway/)

  for (const lock of locks) lock.setFaults({ mute: false })
  await until(
    'every opening is settled',
    async () => {
      const pages = await Promise.all(
        doors.map(async ({ uuid }) => await (await fetch(`${publicUrl}/temp-keys/${uuid}`)).json()),
      )
      return pages.every((page) => z.looseObject({ heldCount: z.literal(0) }).safeParse(page).success)
    },
    30_000,
  )
  await expectTruth(dir)
}, 90_000)
