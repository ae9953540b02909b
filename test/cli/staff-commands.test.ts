import { userInfo } from 'node:os'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { SiteDir } from '#test/support/site-dir.ts'

/** Each runs several commands, one process each. */
vi.setConfig({ testTimeout: 90_000 })

/** Who sits at the command line is named. */
const SITS_HERE = process.env.SUDO_USER ?? userInfo().username
const CODE = /^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}$/
const DAY_MS = 86_400_000
const member = z.looseObject({ name: z.string(), role: z.string(), until: z.string() })
const made = z.looseObject({ staff: member, code: z.string(), link: z.string().nullable() })

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    beforeAll(async () => {
      dir = await SiteDir.make()
      if (gateway === 'running') await dir.serve()
    })
    afterAll(async () => await dir[Symbol.asyncDispose]())

    test('gives a person access for 90 days, shows the code once, and lists everybody without it', async () => {
      const added = await dir.latchkey('staff', 'add', 'Tilda Berg', '--role', 'technician')
      const code = added.stdout.trim()
      expect(code).toMatch(CODE)
      expect(added.stderr).toContain('Tilda Berg is technician until')
      const list = await dir.ask(z.object({ staff: z.array(member) }), 'staff', 'list')
      const lastsMs = Date.parse(list.staff[0]?.until ?? '') - Date.now()
      expect(Math.abs(lastsMs - 90 * DAY_MS)).toBeLessThan(600_000)
      expect(JSON.stringify(list)).not.toContain(code)
      expect((await dir.latchkey('staff')).stdout).toContain('Tilda Berg  technician  until')
    })

    test('changes role, end and code by name, and tells each in the log of the staff', async () => {
      const before = await dir.ask(made, 'staff', 'add', 'Otto', '--role', 'auditor', '--until', '+1d')
      expect(await dir.ask(z.object({ staff: member }), 'staff', 'role', 'otto', 'reception')).toMatchObject({
        staff: { name: 'Otto', role: 'reception' },
      })
      const longer = await dir.ask(z.object({ staff: member }), 'staff', 'until', 'OTTO', '2027-03-01T12:00:00Z')
      expect(longer.staff.until).toBe('2027-03-01T12:00:00.000Z')
      const renewed = await dir.ask(made, 'staff', 'code', 'Otto')
      expect([renewed.code, renewed.code === before.code]).toEqual([expect.stringMatching(CODE), false])
      const told = (await dir.latchkey('staff', 'log')).stdout.split('\n').filter((line) => line.includes('Otto'))
      expect(told.map((line) => line.replace(/^.*\) {2}Otto {2}/, ''))).toEqual([
        `code  by owner:${SITS_HERE}`,
        `until (2027-03-01T12:00:00.000Z)  by owner:${SITS_HERE}`,
        `role (reception)  by owner:${SITS_HERE}`,
        `added (auditor)  by owner:${SITS_HERE}`,
      ])
    })

    test('takes access back at once, and the name is free again', async () => {
      await dir.latchkey('staff', 'add', 'Ida', '--role', 'auditor')
      expect((await dir.latchkey('staff', 'remove', 'ida')).stdout).toBe('Ida has no access any more.\n')
      expect((await dir.latchkey('staff', 'list')).stdout).not.toContain('Ida')
      expect((await dir.ask(made, 'staff', 'add', 'Ida', '--role', 'manager')).staff.role).toBe('manager')
    })
  },
)

test('a QR code and a link are shown where a listener of a known port serves the staff', async () => {
  await using dir = await SiteDir.make()
  await dir.serve()
  const { link } = await dir.ask(made, 'staff', 'add', 'Link', '--role', 'technician')
  expect(link).toMatch(/^http:\/\/127[.]0[.]0[.]1:\d+\/console\/sign-in#code=[0-9A-Z-]{19}$/)
  const { stderr, stdout } = await dir.latchkey('staff', 'code', 'Link')
  expect(stderr).toContain('█')
  expect(stderr).toContain('No phone can scan it: http://127.0.0.1')
  expect(stderr).not.toContain(stdout.trim())
})

describe('what can’t be is refused with its reason', () => {
  let dir: SiteDir
  beforeAll(async () => {
    dir = await SiteDir.make()
    await dir.serve()
    await dir.latchkey('staff', 'add', 'Tilda Berg', '--role', 'technician')
  })
  afterAll(async () => await dir[Symbol.asyncDispose]())

  test.each([
    [['add', 'Ada', '--role', 'boss'], 'technician, reception, auditor, manager'],
    [['add', 'Ada'], '--role'],
    [['add', 'Ada', '--role', 'manager', '--until', '+500d'], 'until: must be within 400 days'],
    [['add', 'Ada', '--role', 'manager', '--until', '2026-01-01T00:00:00Z'], 'until: is over already'],
    [['add', 'TILDA BERG', '--role', 'manager'], 'name: is somebody else’s'],
    [['remove', 'Nobody'], 'nobody with access is called “Nobody”'],
    [['role', 'Tilda Berg', 'boss'], 'role: must be one of technician'],
  ])('%j', async (command, why) => {
    const refused = await dir.latchkey('staff', ...command)
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain(why)
  })
})
