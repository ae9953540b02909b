import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { sendByCommand } from '#notify/command-sender.ts'
import { must } from '#test/support/must.ts'
import { until } from '#test/support/until.ts'
import { aMessage, NEVER } from './support/messages.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-command-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => path.join(folder, name)
writeFileSync(at('no-program'), '', { mode: 0o600 })

/** Runs these lines of a shell script as a receiver's command. */
async function run(
  script: string,
  { withinMs = 10_000, args = ['/bin/sh', '-c', script], message = aMessage(), ending = NEVER } = {},
) {
  let said = ''
  const [program = '', ...rest] = args
  const result = await sendByCommand({ program, args: rest, withinMs }, message, ending, (text) => {
    said = text
  })
  return { result, said }
}
const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has waited for yet runs no more.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return true
  }
}

test('a command gets the notice as JSON, its arguments as they are, and nothing of the gateway’s environment', async () => {
  process.env.LATCHKEY_TEST_SECRET = 'not-for-commands'
  const message = aMessage()
  const args = [
    '/bin/sh',
    '-c',
    `cat > ${at('got')}; env > ${at('env')}; printf %s "$1" > ${at('arg')}`,
    'x',
    '$(id); `id`',
  ]
  expect((await run('', { args, message })).result).toEqual({ kind: 'delivered' })
  delete process.env.LATCHKEY_TEST_SECRET
  expect(JSON.parse(readFileSync(at('got'), 'utf8'))).toMatchObject({ type: 'latchkey.notice', id: message.id })
  expect(readFileSync(at('arg'), 'utf8')).toBe('$(id); `id`')
  expect(readFileSync(at('env'), 'utf8')).not.toContain('not-for-commands')
})

test.each([
  { what: 'ends with 3', args: ['/bin/sh', '-c', 'exit 3'], says: /ended with 3/ },
  { what: 'ends itself by a signal', args: ['/bin/sh', '-c', 'kill -TERM $$'], says: /was ended by SIGTERM/ },
  { what: 'is not there', args: ['/nowhere/at-all'], says: /is not there/ },
  { what: 'may not be run', args: [at('no-program')], says: /may not be run by this user/ },
])('a command that $what has not told anybody', async ({ args, says }) => {
  expect((await run('', { args })).result).toEqual({ kind: 'failed', cause: expect.stringMatching(says) })
})

test('a command that reads nothing and ends well has told somebody', async () => {
  const lines = Array.from({ length: 400 }, () => 'x'.repeat(300))
  expect((await run('exec 0<&-; sleep 0.2', { message: aMessage({ lines }) })).result).toEqual({ kind: 'delivered' })
})

test('a command that never ends is ended with all that it started', async () => {
  const { result } = await run(`sleep 60 & echo $! > ${at('child')}; trap '' TERM; sleep 60`, { withinMs: 500 })
  expect(result).toEqual({ kind: 'failed', cause: 'the command did not end within 0.5 s, and was ended' })
  const pid = Number(readFileSync(at('child'), 'utf8'))
  await until('its child has ended', () => isGone(pid))
})

test('a command is over when it ends itself, whatever it left running', async () => {
  const { result } = await run(`sleep 60 & echo $! > ${at('left')}`)
  expect(result).toEqual({ kind: 'delivered' })
  const pid = Number(readFileSync(at('left'), 'utf8'))
  await until('what it left has ended', () => isGone(pid))
})

test('a command is over though what it left in a session of its own still has its output', async () => {
  const beganMs = performance.now()
  const { result } = await run(`setsid sleep 20 & echo $! > ${at('own-session')}`)
  expect(result).toEqual({ kind: 'delivered' })
  expect(performance.now() - beganMs).toBeLessThan(5_000)
  process.kill(Number(readFileSync(at('own-session'), 'utf8')), 'SIGKILL')
})

test('what a command said is told once, also of one that had to be ended', async () => {
  const told: string[] = []
  const receiver = { program: '/bin/sh', args: ['-c', 'echo hello; sleep 60'], withinMs: 300 }
  await sendByCommand(receiver, aMessage(), NEVER, (text) => void told.push(text))
  // Its end is told by the system only after this.
  await run('true')
  expect(told).toEqual(['hello\n'])
})

test('a command that says without end is not listened to, and what is kept of it is short', async () => {
  const { result, said } = await run('echo first; cat /dev/zero', { withinMs: 2_000 })
  expect(result.kind).toBe('failed')
  expect(said).toMatch(/^first\n/)
  expect(said.length).toBeLessThanOrEqual(4_000)
})

test('the event loop turns while a command floods', async () => {
  let longestMs = 0
  let last = performance.now()
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last)
    last = performance.now()
  }, 5)
  writeFileSync(at('flood'), '#!/bin/sh\ntrap "" PIPE\ncat /dev/zero\nsleep 60\n', { mode: 0o755 })
  await run('', { args: [at('flood')], withinMs: 1_000 })
  clearInterval(timer)
  // A core that is shared with other tests makes turns late by itself.
  expect(must(longestMs)).toBeLessThan(500)
})

test('a command is ended when the gateway ends', async () => {
  const gateway = new AbortController()
  const running = run(`echo $$ > ${at('last')}; sleep 60`, { ending: gateway.signal })
  const pid = await until('it runs', () => existsSync(at('last')) && Number(readFileSync(at('last'), 'utf8')))
  gateway.abort()
  expect((await running).result).toEqual({ kind: 'failed', cause: 'the gateway ended, and the command with it' })
  await until('it has ended', () => isGone(pid))
})
