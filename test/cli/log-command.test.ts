import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Program } from '#test/support/program.ts'
import { type ServedSite, SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let dir: SiteDir
let site: ServedSite
let uuid: string
beforeAll(async () => {
  dir = await SiteDir.make()
  const sheet = await dir.addLock(1)
  await dir.addLock(2)
  uuid = await dir.createKey(1, { description: 'Ada, week 48' })
  site = await dir.serve()
  await dir.play(sheet)
  await untilLockOnline(site.publicUrl, uuid)
  await open(uuid)
})
afterAll(async () => await dir[Symbol.asyncDispose]())

/** By another key each time: a second tap by one key soon after the first belongs to the same opening. */
const open = async (key?: string) => {
  const by = key ?? (await dir.createKey(1))
  const answer = await fetch(`${site.publicUrl}/temp-keys/${by}/open`, { method: 'POST', redirect: 'manual' })
  expect(answer.status).toBe(303)
}
const listing = z.object({ entries: z.array(z.looseObject({ event: z.string(), note: z.string().nullable() })) })

test('tells who opened which door, by which key and way, in the time of the site, and in a pipe cuts nothing', async () => {
  const { code, stdout } = await dir.latchkey('log', '--since', 'yesterday', '--result', 'opened')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^TIME +DOOR +RESULT +WHO +WAY +CODE$/m)
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +1 Door 1 +opened +Ada, week 48 +link +[0-9A-Z]{6}$/m)
  expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  const none = await dir.latchkey('log', '--door', 'Door 2', '--kind', 'opening')
  expect(none.stdout).toBe('Nothing like that happened.\n')
  const wrong = await dir.latchkey('log', '--door', 'nowhere')
  expect(wrong).toMatchObject({ code: 1, stdout: '' })
  expect(wrong.stderr).toMatch(/door: is neither the number nor a part of the name/)
})

test('finds a key by its link, and names whoever read it at this terminal', async () => {
  const found = await dir.ask(listing, 'log', '--key', `${site.publicUrl}/temp-keys/${uuid}`)
  expect(found.entries.map(({ event }) => event)).toEqual(['LockOpened', 'TempKeyCreated'])
  const { stdout } = await dir.latchkey('log', '--kind', 'site')
  const me = (await Program.run('id', ['-un'])).stdout.trim()
  expect(stdout).toMatch(new RegExp(`site +log read \\(guests in 2\\): key .{22} +${me} +command line`))
  expect(stdout).not.toContain(uuid)
})

test('writes all of it into a new file for its owner alone, with or without a gateway, and leaves no half of one', async () => {
  const csv = path.join(dir.path, 'log.csv')
  expect(await dir.latchkey('log', '--csv', csv)).toMatchObject({ code: 0, stdout: '' })
  expect(statSync(csv).mode & 0o777).toBe(0o600)
  const rows = z
    .array(z.looseObject({ door: z.string(), who: z.string() }))
    .parse(parse(readFileSync(csv), { bom: true, columns: true }))
  expect(rows.find(({ result }) => result === 'opened')).toMatchObject({ door: 'Door 1', who: 'Ada, week 48' })
  const again = await dir.latchkey('log', '--csv', csv)
  expect(again.stderr).toMatch(/is there already, and is left as it is/)
  const wrong = path.join(dir.path, 'wrong.csv')
  expect((await dir.latchkey('log', '--area', 'nowhere', '--csv', wrong)).code).toBe(1)
  expect(existsSync(wrong)).toBe(false)
  const piped = await dir.latchkey('log', '--jsonl', '-', '--result', 'opened')
  expect(
    piped.stdout
      .trimEnd()
      .split('\n')
      .map((line) => z.looseObject({}).parse(JSON.parse(line)).result),
  ).toEqual(['opened'])
})

test('follows what happens, through a restart of the gateway by kill -9, and tells each event once', async () => {
  const following = Program.start(process.execPath, [
    ...['gateway/latchkey.mjs', 'log', '-f', '--result', 'opened', '--config', dir.configFile],
  ])
  try {
    const opened = () => following.stdout.match(/ opened /g)?.length ?? 0
    await until('it tells what was', () => Promise.resolve(opened() === 1), 20_000)
    await open()
    await until('it tells what is', () => Promise.resolve(opened() === 2), 20_000)
    site.program.kill('SIGKILL')
    await site.program.ended
    await until('it waits', () => Promise.resolve(following.stderr.includes('waiting for it')), 20_000)
    // What it does not do is to take the store for itself: the gateway starts at once.
    site = await dir.serve()
    await untilLockOnline(site.publicUrl, uuid)
    await open()
    await until('it goes on', () => Promise.resolve(opened() === 3), 20_000)
    expect(following.stdout.match(/^TIME/gm)).toHaveLength(1)
  } finally {
    following.kill('SIGTERM')
    await following.ended
  }
})
