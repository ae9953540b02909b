import path from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { expectAnswer } from '#cli/api-answer.ts'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

const listing = z.looseObject({ alarms: z.array(z.looseObject({ alarmId: z.number().nullable(), kind: z.string() })) })

test('a jam and an API key that ends are listed in 80 columns, acknowledged, muted, and outlive kill -9', async () => {
  await using dir = await SiteDir.make()
  const list = async (past = false) =>
    expectAnswer(await dir.owner((api) => api('GET', `/alarms?past=${past}`)), listing).alarms
  const kinds = async (past = false) => (await list(past)).map(({ kind }) => kind).sort()
  const sheet = await dir.addLock(1)
  const uuid = await dir.createKey(1)
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const apiKey = { organization: 'acme', name: 'desk', scopes: ['locks:read'], expiresAt }
  expect((await dir.owner((api) => api('POST', '/api-keys', apiKey))).status).toBe(201)
  // It was made long ago: what is given for a day is told of in its last hours.
  const database = new Database(path.join(dir.dataDir, 'latchkey.db'))
  database.exec('UPDATE api_keys SET created_at_ms = created_at_ms - 7776000000')
  database.close()
  const first = await dir.serve()
  await dir.play(sheet, { faults: { jam: true } })
  await untilLockOnline(first.publicUrl, uuid)
  await fetch(`${first.publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  await until('both are raised', async () => (await kinds()).length === 2, 30_000)
  expect(await kinds()).toEqual(['access-ending', 'lock-jammed'])

  const muted = await dir.latchkey('alarms', 'mute', '--lock', '1', '--for', '2h')
  expect(muted.stdout).toMatch(/^Muted until .*: lock 1\.\n$/)
  const shown = await dir.latchkey('alarms')
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(/^\d+ {2}warning {2}lock-jammed {2}lock 1 Door 1$/m)
  expect(shown.stdout).toMatch(/^\d+ {2}warning {2}access-ending {2}site$/m)
  expect(shown.stdout).toContain('Try the door by hand')
  expect(shown.stdout.match(/muted until/g)).toHaveLength(1)
  expect(shown.stdout.split('\n').filter((line) => line.length > 80)).toEqual([])

  const idOf = async (wanted: string) => String((await list()).find(({ kind }) => kind === wanted)?.alarmId)
  const word = ['--word', 'seen to', '--name', 'Ada']
  const ended = await dir.latchkey('alarms', 'ack', await idOf('lock-jammed'), ...word)
  expect(ended.stdout).toMatch(/lock-jammed, is acknowledged by Ada and has ended\.\n$/)
  const stays = await dir.latchkey('alarms', 'ack', await idOf('access-ending'), ...word)
  expect(stays.stdout).toMatch(/access-ending, is acknowledged by Ada and stays until its cause ends\.\n$/)

  first.program.kill('SIGKILL')
  await first.program.ended
  const acknowledged = { name: 'Ada', word: 'seen to' }
  // Without a gateway the command line reads the same store.
  const json = await dir.ask(listing, 'alarms')
  expect(json).toMatchObject({ alarms: [{ kind: 'access-ending', acknowledged }], mutes: [{ lockId: 1 }] })
  await dir.serve()
  const unmuted = await dir.latchkey('alarms', 'unmute')
  expect(unmuted.stdout).toBe('No longer muted: lock 1.\n')
  expect(await kinds(true)).toEqual(['access-ending', 'lock-jammed'])
  expect(await list()).toMatchObject([{ kind: 'access-ending', count: 1, acknowledged }])
}, 120_000)
