import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Program } from '#test/support/program.ts'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'

const sheet = z.looseObject({ keyGeneration: z.number(), password: z.string().nullable(), keyFingerprint: z.string() })

test('a sheet goes into a new file of one’s own, and is never written over another', async () => {
  await using dir = await SiteDir.make()
  const file = path.join(dir.path, 'sheet.json')
  const added = await dir.latchkey('lock', 'add', '5', '--name', 'Gate', '--make-key', '--out', file)
  expect(added).toMatchObject({
    ...{ code: 0, stdout: `The flashing sheet is ${file}, readable by you alone.\n` },
    stderr: expect.stringMatching(/^Lock 5 is added\. Flash it with that sheet: its password and private key/),
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const first = readFileSync(file, 'utf8')
  expect(sheet.parse(JSON.parse(first))).toMatchObject({ keyGeneration: 1, caPem: null })

  const over = await dir.latchkey('lock', 'replace', '5', '--make-key', '--out', file)
  expect(over).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/is there already, and is left as it is/),
  })
  expect(readFileSync(file, 'utf8')).toBe(first)
  // Nothing was changed for it either.
  const second = path.join(dir.path, 'second.json')
  const given = z.object({ lockId: z.literal(5), keyGeneration: z.literal(2), out: z.literal(second) })
  await dir.ask(given, 'lock', 'replace', '5', '--make-key', '--out', second)
  expect(sheet.parse(JSON.parse(readFileSync(second, 'utf8')))).toMatchObject({ keyGeneration: 2 })
})

test('a file for a sheet is gone again when there is no sheet for it', async () => {
  await using dir = await SiteDir.make()
  const file = path.join(dir.path, 'sheet.json')
  const refused = await dir.latchkey('lock', 'replace', '404', '--make-key', '--out', file)
  expect([refused.code, existsSync(file)]).toEqual([1, false])
})

test('a sheet is printed again without its secrets, and says how to make others', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(5)
  const again = await dir.latchkey('lock', 'sheet', '5')
  const reprinted = sheet.parse(JSON.parse(again.stdout))
  expect(reprinted).toMatchObject({
    keyGeneration: 1,
    password: null,
    privateKey: null,
    lockId: 5,
    port: expect.any(Number),
  })
  expect(again.stderr).toMatch(
    /nobody knows the password and the private key any more\..*latchkey lock reflash 5 --keep-key/,
  )
})

test('lock-sim says of a sheet that was printed again how to make a password', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(5)
  const file = path.join(dir.path, 'again.json')
  writeFileSync(file, (await dir.latchkey('lock', 'sheet', '5', '--json')).stdout)
  const played = await Program.run(process.execPath, ['firmware-sim/lock-sim.mjs', '--flash', file])
  expect(played).toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/has no password: lock reflash 5 --keep-key/),
  })
})

test('shows, replaces and retires a lock through the running gateway, and tells the same after kill -9', async () => {
  await using dir = await SiteDir.make()
  const [text, uuid] = [await dir.addLock(5), await dir.createKey(5)]
  const { program, publicUrl } = await dir.serve()
  const lock = await dir.play(text)
  await untilLockOnline(publicUrl, uuid)
  const online = (await dir.latchkey('lock', 'show', '5')).stdout
  for (const line of [
    /^lock +5 Door 5$/m,
    /^key pair 1 +made by the gateway\n +since .*\n +SHA-256\n +[0-9a-f]{64}$/m,
    /^presence +online since /m,
    /^firmware +\S/m,
    /^boot +[\w-]{11}, since about /m,
    /^good keys +1$/m,
    /^unconfirmed +no opening$/m,
  ])
    expect(online).toMatch(line)
  await lock.stop()
  const replaced = await dir.latchkey('lock', 'replace', '5', '--make-key')
  expect(replaced.stderr).toMatch(
    /^Lock 5 has key pair 2 now\. Flash the board with the JSON above and an empty journal/,
  )
  const retired = await dir.latchkey('lock', 'retire', '5')
  expect(retired).toMatchObject({ code: 0, stdout: 'Lock 5 is retired. 1 key of it revoked.\n', stderr: '' })
  const looked = async () => ({
    shown: (await dir.latchkey('lock', 'show', '5')).stdout.replace(/^presence.*\n/m, ''),
    listed: (await dir.latchkey('lock', 'list')).stdout,
    again: await dir.latchkey('lock', 'add', '5', '--name', 'Other', '--make-key'),
  })
  const before = await looked()
  program.kill('SIGKILL')
  await program.ended
  const after = await looked()
  expect(after).toEqual(before)
  expect(after.shown).toMatch(/^retired +\d/m)
  expect(after.shown).toMatch(/^key pair 1 .*\n +since .*\n +until .*\n +SHA-256\n +[0-9a-f]{64}\nkey pair 2 /m)
  expect(after.listed).toMatch(/^No locks yet.*\n\nLOCK +NAME +RETIRED\n *5 {2}Door 5 {2}\d.*\n$/)
  expect(after.again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^latchkey: Lock 5 was retired at 20\S+Z, and its number is given to no other lock.*Choose another one\.\n$/,
    ),
  })
}, 120_000)

test('serve says where locks find the broker, and what to set when phones and boards elsewhere can’t reach it', async () => {
  await using dir = await SiteDir.make()
  const start = async () => {
    const program = Program.start(process.execPath, ['gateway/latchkey.mjs', 'serve', '--config', dir.configFile])
    const first = await program.line()
    program.kill('SIGTERM')
    await program.ended
    return { first, all: program.stdout }
  }
  const near = await start()
  expect(near.first).toMatch(/its locks connect at 127\.0\.0\.1 port \d+\. SIGTERM/)
  expect(near.all).toMatch(
    /^For boards elsewhere: 127\.0\.0\.1 reaches no further than this machine: set broker\.host to 0\.0\.0\.0 and broker\.advertisedHost/m,
  )
  expect(near.all).toMatch(
    /^For phones: http:\/\/127\.0\.0\.1:\d+ reaches no further than this machine: .*http\.publicUrl/m,
  )
  dir.reconfigure({ broker: { mode: 'embedded', host: '127.0.0.1', port: 0, advertisedHost: 'gateway.house' } })
  const passedOn = await start()
  expect(passedOn.all).toMatch(
    /^For boards elsewhere: the broker listens at 127\.0\.0\.1, on this machine alone: set broker\.host/m,
  )
  dir.reconfigure({
    http: { publicUrl: 'http://gateway.house', listeners: [{ host: '127.0.0.1', port: 0 }] },
    broker: { mode: 'embedded', host: '0.0.0.0', port: 0, advertisedHost: 'gateway.house' },
  })
  const far = await start()
  expect(far.first).toMatch(/its locks connect at gateway\.house port \d+\. SIGTERM/)
  expect(far.all.trimEnd().split('\n')).toEqual([far.first])
})
