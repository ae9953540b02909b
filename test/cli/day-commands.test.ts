import { expect, test } from 'vitest'
import { z } from 'zod'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'

const opened = z.object({ lockId: z.number(), openingId: z.string(), opened: z.literal(true), tookMs: z.number() })
const why = z.object({ answer: z.string().nullable(), changesAt: z.string().nullable(), isRunning: z.boolean() })

test('opens a door, tells why one stays shut and shows the site on a screen, with nobody’s credential left', async () => {
  await using dir = await SiteDir.make()
  const sheet = await dir.addLock(5)
  await dir.addLock(6)
  const gone = await dir.latchkey('open', '5')
  expect(gone).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no gateway runs, and so no lock can be reached/),
  })

  // What commands do hangs on nobody's access: the only one there was has ended.
  const made = await dir.ask(
    z.looseObject({ id: z.string() }),
    'api-key',
    'create',
    '--org',
    'north',
    '--name',
    'x',
    '--scope',
    'locks:admin',
  )
  await dir.latchkey('api-key', 'revoke', made.id)
  const { urls } = await dir.serve()
  await dir.play(sheet)
  const key = await dir.createKey(5)
  await untilLockOnline(urls[0] ?? '', key)

  const told = await dir.ask(opened, 'open', '5', '--reason', 'test')
  expect(told.lockId).toBe(5)
  const away = await dir.latchkey('open', '6', '--json')
  expect(away).toMatchObject({ code: 1, stdout: '' })
  expect(JSON.parse(away.stderr)).toMatchObject({ reason: 'lock-offline' })

  const link = `${urls[0]}/temp-keys/${key}`
  expect(await dir.ask(why, 'why', link)).toMatchObject({
    answer: null,
    isRunning: true,
    changesAt: expect.any(String),
  })
  await dir.latchkey('key', 'revoke', key)
  const revoked = await dir.latchkey('why', link)
  expect(revoked.code).toBe(1)
  expect(revoked.stdout).toMatch(/^✗ +key-revoked +revoked /m)
  expect(revoked.stdout).toMatch(/^✓ +lock-offline +online$/m)

  const status = await dir.latchkey('status')
  expect(status).toMatchObject({ code: 0, stderr: '' })
  const lines = status.stdout.trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(24)
  expect(status.stdout).toMatch(/^Test House: doors can be opened$/m)
  expect(status.stdout).toMatch(/^doors +1 online, 0 offline, 1 never came, 0 without key$/m)
  expect(status.stdout).toMatch(/ opened +5 Door 5$/m)
}, 240_000)
