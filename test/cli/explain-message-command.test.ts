import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runCommand } from '#test/support/command.ts'
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
  const explain = (message: string, topic: string, ...more: string[]) =>
    dir.latchkey('explain-message', message, '--topic', topic, ...more)

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
  const fromInput = await runCommand(['explain-message', '--json', '--config', dir.configFile], `${ack}\n`)
  expect(fromInput.code).toBe(0)
  expect(JSON.parse(fromInput.stdout)).toBeTypeOf('object')
  expect(foreign).toMatchObject({ code: 1, stderr: 'latchkey: the message is refused: signature\n' })
  const unknown = await explain(ack, 'latchkey/v1/test/404/ack')
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
})

test('explain-message ends with exit code 1 for a message that is refused, and takes only the line break of its file off', async () => {
  const message = await sampleHello()
  const piped = async (input: string, ...more: string[]) => await runCommand(['explain-message', ...more], input)
  const [good, ended, nul, json] = await Promise.all([
    piped(`${message}\r\n`),
    piped(`${message}\n\n`),
    piped(`${message}\0`),
    piped(`${message}=`, '--json'),
  ])
  expect(good).toMatchObject({ code: 0, stderr: '' })
  expect(ended).toMatchObject({ code: 1, stderr: 'latchkey: the message is refused: form\n' })
  expect(ended.stdout).toContain('a line break (0x0a) stands at the end')
  expect(nul).toMatchObject({ code: 1, stderr: 'latchkey: the message is refused: form\n' })
  expect(nul.stdout).toContain('a NUL byte (0x00) stands at the end')
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'refused', firstFailed: { check: 'form' } })
})

/** A lock’s, of the published test vectors. */
async function sampleHello(): Promise<string> {
  const vectors = z.object({ vectors: z.array(z.object({ name: z.string(), message: z.string() })) })
  const file = vectors.parse(JSON.parse(await readFile('protocol/vectors.json', 'utf8')))
  return file.vectors.find(({ name }) => name === 'hello-unasked')?.message ?? ''
}
