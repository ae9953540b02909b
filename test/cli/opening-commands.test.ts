import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

test('an unconfirmed opening is listed, settled by an operator with a reason, and corrected by the lock’s later word', async () => {
  await using dir = await SiteDir.make({ opening: { deadlineMs: 2_000, answerWaitMs: 2_000 } })
  const sheetText = await dir.addLock(1)
  const uuid = await dir.createKey(1, { maxUses: 1, description: 'the plumber' })
  const { publicUrl } = await dir.serve()
  const lock = await dir.play(sheetText, { faults: { mute: true } })
  await untilLockOnline(publicUrl, uuid)
  const answer = await fetch(`${publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  const { openingId } = z.looseObject({ openingId: z.string() }).parse(await answer.json())
  expect(answer.status).toBe(504)

  const { stdout } = await dir.latchkey('opening', 'list')
  expect(stdout).toMatch(new RegExp(`^OPENING +LOCK +SINCE +REASON\\n${openingId} +1 {2}\\d.* silent\\n$`))
  const page = await fetch(`${publicUrl}/temp-keys/${uuid}`, { headers: { accept: 'text/html' } })
  const code = /class="code">[^<]*<b dir="ltr">(.*?)<\/b>/.exec(await page.text())?.[1]?.replace('<i></i>', ' ') ?? ''
  const found = await dir.latchkey('opening', 'find', code.toLowerCase())
  expect(found.stdout).toMatch(new RegExp(`^${openingId}  unconfirmed  lock 1 Door 1  .*key: the plumber\\n$`))
  expect(found.stdout).not.toContain(uuid)
  const settled = await dir.ask(
    z.looseObject({}),
    'opening',
    'settle',
    openingId,
    '--as',
    'released',
    '--reason',
    'the guest called',
  )
  expect(settled).toMatchObject({ openingId, state: 'released' })
  const again = await dir.latchkey('opening', 'settle', openingId, '--as', 'charged', '--reason', 'no')
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toMatch(/is released already/)

  lock.setFaults({ mute: false })
  const opening = z.looseObject({ state: z.string() })
  await until('the lock’s word counts', async () => {
    const { state } = opening.parse(await (await fetch(`${publicUrl}/openings/${openingId}`)).json())
    return state === 'opened'
  })
})

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    beforeAll(async () => {
      dir = await SiteDir.make()
      if (gateway === 'running') await dir.serve()
    })
    afterAll(async () => await dir[Symbol.asyncDispose]())

    test('has nothing to settle, and says so', async () => {
      expect(await dir.ask(z.looseObject({}), 'opening', 'list')).toEqual({ openings: [] })
      const unknown = await dir.latchkey(
        'opening',
        'settle',
        'AAAAAAAAAAAAAAAAAAAAAA',
        '--as',
        'charged',
        '--reason',
        'seen',
      )
      expect(unknown.code).toBe(1)
    })

    test('finds no opening for a code that none has, says where else to look, and knows what no code is', async () => {
      const none = await dir.latchkey('opening', 'find', 'k7q 4mo')
      expect(none).toMatchObject({ code: 1, stdout: '' })
      expect(none.stderr).toContain(`"code":"K7Q4M0"`)
      expect(await dir.ask(z.looseObject({}), 'opening', 'find', 'K7Q4M0')).toEqual({ code: 'K7Q4M0', openings: [] })
      expect((await dir.latchkey('opening', 'find', 'K7Q4MU')).stderr).toMatch(
        /code: must be the six letters and digits/,
      )
    })
  },
)
