import { expect, test } from 'vitest'
import { Program } from '#test/support/program.ts'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'

test('explain-message reads with the site’s own keys what goes down and what comes up, and names what is wrong', async () => {
  await using dir = await SiteDir.make()
  const [sheetText, uuid] = [await dir.addLock(1), await dir.createKey(1)]
  await dir.addLock(2)
  const { publicUrl, program } = await dir.serve()
  const lock = await dir.play(sheetText)
  await untilLockOnline(publicUrl, uuid)
  await fetch(`${publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
  const command = lock.receivedCommands.find(({ op }) => op === 'open')?.message ?? ''
  const ack = lock.sentAcks[0]?.message ?? ''
  const explain = (message: string, topic: string) => dir.latchkey('explain-message', message, '--topic', topic)

  const explained = async () => [
    await explain(command, 'latchkey/v1/test/1/command'),
    await explain(ack, 'latchkey/v1/test/1/ack'),
    await explain(ack, 'latchkey/v1/test/2/ack'),
  ]
  const whileRunning = await explained()
  program.kill('SIGTERM')
  await program.ended
  expect(await explained()).toEqual(whileRunning)

  const [down, up, foreign] = whileRunning
  expect(down).toMatchObject({ code: 0, stderr: '' })
  expect(down?.stdout).toMatch(/"op":"open".*Accepted: every check passed/s)
  expect(up?.stdout).toMatch(/"result":"opened".*Accepted: every check passed/s)
  expect(foreign?.stdout).toMatch(/FAILED +signature/i)
  const fromInput = await Program.run(
    process.execPath,
    ['gateway/latchkey.mjs', 'explain-message', '--json', '--config', dir.configFile],
    { input: `${ack}\n` },
  )
  expect(fromInput.code).toBe(0)
  expect(JSON.parse(fromInput.stdout)).toBeTypeOf('object')
  const unknown = await explain(ack, 'latchkey/v1/test/404/ack')
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
})
