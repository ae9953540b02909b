import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type ServedSite, SiteDir } from '#test/support/site-dir.ts'

describe.each([{ gateway: 'running' }, { gateway: 'absent' }])(
  'with the gateway $gateway, the command line',
  ({ gateway }) => {
    let dir: SiteDir
    let site: ServedSite | null = null
    beforeAll(async () => {
      dir = await SiteDir.make()
      for (const lockId of [8, 9]) await dir.addLock(lockId)
      if (gateway === 'running') site = await dir.serve()
    })
    afterAll(async () => await dir[Symbol.asyncDispose]())

    const made = z.object({
      uuid: z.string(),
      lockId: z.number(),
      link: z.string().nullable(),
      accessMode: z.string(),
      validFrom: z.string(),
      validUntil: z.string(),
      maxUses: z.number().nullable(),
    })
    const keys = z.object({
      tempKeys: z.array(
        z.looseObject({ uuid: z.string(), status: z.string(), maxUses: z.number().nullable(), accessMode: z.string() }),
      ),
    })

    test('creates a key whose link is the true one, says its window in the site’s time and UTC, lists and revokes it', async () => {
      const key = await dir.ask(
        made,
        'key',
        'create',
        '--lock',
        '8',
        '--until',
        '+3h',
        '--max-uses',
        '2',
        '--description',
        'plumber',
      )
      expect(key).toMatchObject({ lockId: 8, accessMode: 'public', maxUses: 2 })
      expect(Date.parse(key.validUntil) - Date.parse(key.validFrom)).toBe(3 * 3_600_000)
      // Only a running gateway knows what port 0 became.
      expect(key.link).toBe(site === null ? null : `${site.publicUrl}/temp-keys/${key.uuid}`)
      if (key.link !== null) expect((await fetch(key.link)).status).toBe(200)

      const spoken = await dir.latchkey(
        'key',
        'create',
        '--lock',
        '8',
        '--from',
        '2031-01-02T15:00:00Z',
        '--until',
        '2031-07-02T15:00:00Z',
        '--mode',
        'user-whitelist',
        '--user',
        'ada',
        '--user',
        'bob',
      )
      expect(spoken.stdout).toMatch(
        site === null ? /^\/temp-keys\/[0-9a-f-]{36}\n$/ : /^http:\/\/127\.0\.0\.1:\d+\/temp-keys\/[0-9a-f-]{36}\n$/,
      )
      expect(spoken.stderr).toContain('2 Jan 2031, 16:00 Europe/Berlin (2031-01-02T15:00:00.000Z)')
      expect(spoken.stderr).toContain('2 Jul 2031, 17:00 Europe/Berlin (2031-07-02T15:00:00.000Z)')

      const before = await dir.ask(keys, 'key', 'list', '--lock', '8')
      expect(before.tempKeys.map(({ status }) => status)).toEqual(['valid', 'not-yet-valid'])
      expect(await dir.ask(z.looseObject({}), 'key', 'revoke', key.link ?? key.uuid)).toEqual({
        uuid: key.uuid,
        alreadyRevoked: false,
      })
      expect(await dir.ask(z.looseObject({}), 'key', 'revoke', key.uuid)).toEqual({
        uuid: key.uuid,
        alreadyRevoked: true,
      })
      const after = await dir.ask(keys, 'key', 'list', '--lock', '8')
      expect(after.tempKeys.map(({ uuid }) => uuid)).not.toContain(key.uuid)
      const all = await dir.ask(keys, 'key', 'list', '--lock', '8', '--revoked')
      expect(all.tempKeys.find(({ uuid }) => uuid === key.uuid)?.status).toBe('revoked')
    })

    test('lists no keys of a lock with the way to the first one', async () => {
      expect((await dir.latchkey('key', 'list', '--lock', '9')).stdout).toBe(
        'Lock 9 has no temp keys: create one with key create.\n',
      )
    })

    test('lists no keys of a lock with the way to those that are revoked', async () => {
      const { uuid } = await dir.ask(made, 'key', 'create', '--lock', '9', '--until', '+1h')
      await dir.latchkey('key', 'revoke', uuid)
      const empty = await dir.latchkey('key', 'list', '--lock', '9')
      expect(empty.stdout).toBe('Every temp key of lock 9 is revoked: see them with key list --lock 9 --revoked.\n')
      expect((await dir.latchkey('key', 'list', '--lock', '9', '--revoked')).stdout).toMatch(`${uuid}  revoked`)
      expect(await dir.ask(keys, 'key', 'list', '--lock', '9')).toEqual({ tempKeys: [] })
    })

    test('says what is wrong with a key before it exists', async () => {
      const late = await dir.latchkey('key', 'create', '--lock', '8', '--from', '+3h', '--until', '+1h')
      expect(late).toMatchObject({ code: 1, stdout: '' })
      expect(late.stderr).toMatch(/validUntil: must be after validFrom/)
      const skipped = await dir.latchkey('key', 'create', '--lock', '8', '--until', '2031-03-30 02:30')
      expect(skipped.stderr).toMatch(
        /skip that time .* write "2031-03-30 02:30\+01:00", .* or "2031-03-30 02:30\+02:00"/,
      )
      const noTime = await dir.latchkey('key', 'create', '--lock', '8', '--until', 'tomorrow')
      expect(noTime.stderr).toMatch(/--until is .* it takes now, .* ISO 8601/)
      expect((await dir.latchkey('key', 'create', '--lock', '404', '--until', '+1h')).stderr).toMatch(
        /There is no lock 404\./,
      )
      expect((await dir.latchkey('key', 'revoke', '7f3b1c52-9a4e-4b0d-8f21-5c6d7e8f9a0b')).code).toBe(1)
    })
  },
)
