import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '#test/support/command.ts'
import { freePort, SiteDir } from '#test/support/site-dir.ts'

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })

test('a bad config is told with every mistake, its path and its value, with 78, before a port is opened or a directory made', async () => {
  const port = await freePort()
  await using dir = await SiteDir.make()
  const broken = {
    site: { id: 'North House!', name: '', timeZone: 'Berlin' },
    dataDir: 'fresh',
    http: { publicUrl: 'https://keys.example/a?b', listeners: [{ port }, { host: 'x', port: 70_000 }, { hots: 1 }] },
    broker: { mode: 'cloud' },
    jwt: { issuer: '', algorithms: ['HS256'] },
    opening: { deadlineMs: 5_000, answerWaitMs: 3_000, chargeUnconfirmedAfterH: 0 },
    log: { level: 'loud' },
    extra: 1,
  }
  writeFileSync(dir.configFile, JSON.stringify(broken))
  const { code, stdout, stderr } = await runCommand(['serve', '--config', dir.configFile])
  expect({ code, stdout }).toEqual({ code: 78, stdout: '' })
  const lines = stderr.trimEnd().split('\n')
  expect(lines[0]).toMatch(/^latchkey: the config file .* has mistakes:$/)
  expect(lines.slice(1).map((line) => line.replace(/^ {2}([\w.]+): .*?(?:\(([^()]*)\))?$/, '$1 $2').trim())).toEqual([
    'site.id is "North House!"',
    'site.name is ""',
    'site.timeZone is "Berlin"',
    'http.publicUrl is "https://keys.example/a?b"',
    'http.listeners.1.port is 70000',
    'http.listeners.2.hots',
    'broker.mode is "cloud"',
    'jwt.jwksFile missing',
    'jwt.issuer is ""',
    'jwt.audience missing',
    'jwt.algorithms.0 is "HS256"',
    'opening.chargeUnconfirmedAfterH is 0',
    'opening.answerWaitMs is 3000',
    'log.level is "loud"',
    'extra',
  ])
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(existsSync(path.join(dir.path, 'fresh'))).toBe(false)
  expect(await isListening(port)).toBe(false)
})

test('a password in a URL of a bad config is not repeated', async () => {
  await using dir = await SiteDir.make({
    broker: { mode: 'external', url: 'mqtt://latchkey:hunter2@broker', userName: 'latchkey', passwordFile: 'p' },
  })
  const { code, stderr } = await runCommand(['serve', '--config', dir.configFile])
  expect(code).toBe(78)
  expect(stderr).toContain('broker.url')
  expect(stderr).not.toContain('hunter2')
})
