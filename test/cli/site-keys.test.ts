import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { SiteDir } from '#test/support/site-dir.ts'

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let dir: SiteDir
beforeAll(async () => {
  dir = await SiteDir.make({
    site: {
      ...{ id: 'test', name: 'Test House', timeZone: 'Europe/Berlin' },
      contact: { name: 'Front desk', phone: '+49 30 1234567', text: null },
    },
    http: { listeners: [{ host: '127.0.0.1', port: 8080 }] },
  })
  for (const lock of [1, 2]) await dir.addLock(lock)
  await dir.createKeys(1, 21, { description: 'Smith, week 48' })
  await dir.createKeys(2, 20, { description: 'Smith and sons' })
  await dir.createKeys(2, 1, { description: 'Jones', accessMode: 'user-whitelist', allowedUserIds: ['jones'] })
})
afterAll(async () => await dir[Symbol.asyncDispose]())

const keys = z.object({ tempKeys: z.array(z.looseObject({ description: z.string().nullable(), status: z.string() })) })

describe('the keys of the whole site at the command line', () => {
  test('are listed over all doors with state, next change and whose they are', async () => {
    const { stdout } = await dir.latchkey('key', 'list', '--user', 'jones')
    expect(stdout).toMatch(/^UUID +STATE +THEN +DOOR +FOR +USES$/m)
    expect(stdout).toMatch(/^[0-9a-f-]{36} +valid +expired \d\d \w{3,4} \d{4} \d\d:\d\d +2 Door 2 +Jones +0$/m)
    expect((await dir.ask(keys, 'key', 'list', '--match', 'smith')).tempKeys).toHaveLength(41)
    expect((await dir.ask(keys, 'key', 'list', '--match', 'smith', '--door', '2')).tempKeys).toHaveLength(20)
    expect((await dir.latchkey('key', 'list', '--state', 'used-up')).stdout).toBe('No temp key fits.\n')
  })

  test('are revoked by --match after it was shown which: 41 of two doors, with their person, and no other', async () => {
    const shown = await dir.latchkey('key', 'revoke', '--match', 'smith')
    expect(shown.code).toBe(0)
    expect(shown.stdout).toMatch(
      /\n41 keys of 2 doors would be revoked\.\nNothing was revoked: --yes revokes them\.\n$/,
    )
    const other = await dir.latchkey('key', 'revoke', '--match', 'smith', '--yes', '--expect', '40')
    expect(other).toMatchObject({ code: 1, stdout: '' })
    expect(other.stderr).toContain('41 keys match, and not 40: nothing was revoked')
    expect((await dir.ask(keys, 'key', 'list', '--match', 'smith')).tempKeys).toHaveLength(41)
    const done = await dir.latchkey('key', 'revoke', '--match', 'smith', '--yes', '--expect', '41')
    expect(done.stdout).toMatch(/\n41 keys are revoked: they open nothing any more\.\n$/)
    const left = await dir.ask(keys, 'key', 'list', '--revoked')
    expect(left.tempKeys.filter(({ status }) => status === 'revoked')).toHaveLength(41)
    expect((await dir.ask(keys, 'key', 'list')).tempKeys.map(({ description }) => description)).toEqual(['Jones'])
    const again = await dir.latchkey('key', 'revoke', '--match', 'smith', '--yes')
    expect(again.stdout).toBe('No key matches that is not revoked already.\n')
    const log = await dir.latchkey('log', '--kind', 'key', '-n', '41')
    expect(log.stdout.match(/ key revoked .* command line/g)).toHaveLength(41)
    expect(log.stdout).not.toContain(' owner')
  })
})

describe('a new key', () => {
  test('comes with a QR code, a message to copy, and the word that no phone reaches its link', async () => {
    const made = await dir.latchkey(
      ...['key', 'create', '--lock', '1', '--from', '2031-01-02 15:00', '--until', '2031-01-05 11:00'],
      ...['--qr', '--message', 'de'],
    )
    expect(made.code).toBe(0)
    const [first, second, third, fourth] = made.stdout.split('\n')
    expect(first).toBe('Test House: Ihr Schlüssel für Door 1')
    expect(second).toMatch(/^Gültig von Do\., 2\. Januar 2031.* 15:00 bis So\., 5\. Januar 2031.* 11:00\.$/)
    expect(third).toMatch(/^Öffnen Sie diesen Link .*: http:\/\/127\.0\.0\.1:8080\/temp-keys\/[0-9a-f-]{36}$/)
    expect(fourth).toBe('Wenn die Tür zu bleibt, rufen Sie an: Front desk, +49 30 1234567')
    expect(made.stdout).toMatch(/█/)
    expect(made.stderr).toMatch(/No phone can reach this link: .* set the host of a listener/)
  })

  test('says its message in English, and as JSON for programs', async () => {
    const shape = z.looseObject({ link: z.string(), message: z.string(), unreachable: z.string() })
    const made = await dir.ask(shape, 'key', 'create', '--lock', '2', '--until', '2031-01-05 11:00', '--message', 'en')
    expect(made.message).toMatch(
      /^Test House: your key for Door 2\nValid from .* until Sun,? 5 January 2031.* 11:00\.\nOpen this/,
    )
    expect(made.message).toContain(made.link)
  })
})
