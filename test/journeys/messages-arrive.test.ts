import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Notice } from '#domain/notices/notice.ts'
import { openStore } from '#store/open-store.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'
import { MailServer } from '#test/notify/support/mail-server.ts'
import { noticeOf } from '#test/notify/support/messages.ts'
import { ReceivingServer } from '#test/notify/support/receiving-server.ts'
import { SiteDir, untilLockOnline } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

const pair = testCertificate()
const SECRETS = {
  url: 'T0K3N-IN-THE-URL',
  bearer: 'tk_bearer-of-ntfy',
  hmac: 'the-secret-of-the-signature',
  password: 'right-password',
  beat: 'uuid-of-the-heartbeat',
}

/** A site whose receivers have their secrets in files beside the config. */
async function siteWith(alarms: object, more: object = {}): Promise<SiteDir> {
  const dir = await SiteDir.make({ log: { level: 'debug' }, ...more, alarms })
  for (const [name, secret] of Object.entries(SECRETS)) writeSecret(dir, name, secret)
  writeFileSync(path.join(dir.path, 'ca.pem'), pair.cert)
  return dir
}
function writeSecret(dir: SiteDir, name: string, content: string): void {
  writeFileSync(path.join(dir.path, name), `${content}\n`, { mode: 0o600 })
}
/** Puts notices into the outbox of a site whose gateway does not run, as the gateway itself does. */
async function keep(dir: SiteDir, ...notices: Notice[]): Promise<void> {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const options = { dataDir: dir.dataDir, nowMs: Date.now(), log, sweptLocks: 'all' as const, saw: () => {} }
  const { store, notices: outbox } = await openStore(options)
  await outbox.keepNotices({ notices, desks: [], atMs: Date.now() })
  await store.close()
}
const made = (difference: Partial<Notice>): Notice => noticeOf({ madeAtMs: Date.now(), ...difference })
const webhook = z.looseObject({ id: z.string(), title: z.string() })
const idsOf = (server: ReceivingServer): string[] => server.bodies.map((body) => webhook.parse(JSON.parse(body)).id)

test('with a gateway killed while a receiver is down, every message arrives by HTTP and by mail, and repeats carry the same id', async () => {
  const down = await ReceivingServer.start(pair)
  const port = down.port
  await using mail = await MailServer.start(pair)
  await using dir = await siteWith({
    notify: [
      { name: 'hook', kind: 'http', urlFile: 'url', hmacSecretFile: 'hmac', caFile: 'ca.pem' },
      {
        ...{ name: 'mail', kind: 'mail', host: 'localhost', port: mail.port, caFile: 'ca.pem', user: 'doors' },
        ...{ passwordFile: 'password', from: 'doors@example.org', to: ['ada@example.org'] },
      },
    ],
  })
  writeSecret(dir, 'url', `${down.url(`/${SECRETS.url}`).href}`)
  await dir.addLock(1)
  const [first, second] = [made({ recipient: 'hook' }), made({ recipient: 'hook' })]
  const letter = made({ recipient: 'mail' })
  await keep(dir, first, second, letter)

  // It takes what it gets, and its answer never comes: the gateway can't know.
  down.answer = () => {}
  const before = await dir.serve()
  await until('it got the first', () => down.received.length > 0)
  await until('the mail is there', () => mail.received.length === 1)
  before.program.kill('SIGKILL')
  await before.program.ended
  expect(idsOf(down)).toEqual([first.id])
  await down[Symbol.asyncDispose]()

  const after = await dir.serve()
  await until('it is told as down', () => after.program.stderr.includes('the connection was refused'))
  await using back = await ReceivingServer.start(pair, port)
  await until('all have arrived', () => back.received.length === 2, 30_000)
  expect(idsOf(back)).toEqual([first.id, second.id])
  expect(back.received[0]?.headers['webhook-id']).toBe(first.id)
  expect(back.received[0]?.body.equals(down.received[0]?.body ?? Buffer.alloc(0))).toBe(true)
  // The end may have come before a note of it was stored: then the mail came twice, as one that mail programs show once.
  expect(mail.received.length).toBeLessThanOrEqual(2)
  for (const { secure, to, text } of mail.received) {
    expect({ secure, to }).toEqual({ secure: true, to: ['ada@example.org'] })
    expect(text).toContain(`Message-ID: <${letter.id}@example.org>`)
  }
  const { receivers } = await dir.ask(z.object({ receivers: z.array(z.looseObject({})) }), 'alarms', 'receivers')
  expect(receivers).toMatchObject([
    { name: 'hook', waiting: 0 },
    { name: 'mail', waiting: 0 },
  ])
  expectNoSecret(dir.log.text)
}, 120_000)

test('receivers that never answer, answer without end or letter by letter, and commands that hang or flood delay no open and no other receiver', async () => {
  await using silent = await ReceivingServer.start()
  silent.answer = () => {}
  await using endless = await ReceivingServer.start()
  endless.answer = (_request, response) => {
    const more = (): void => void (!response.destroyed && response.write('x'.repeat(65_536), more))
    more()
  }
  await using slow = await ReceivingServer.start()
  slow.answer = (_request, response) => {
    response.writeHead(500)
    const timer = setInterval(() => response.write('.'), 50)
    response.on('close', () => clearInterval(timer))
  }
  await using fine = await ReceivingServer.start()
  const http = (name: string, server: ReceivingServer) => ({ name, kind: 'http', url: server.url('/hook').href })
  const command = (name: string, script: string) => ({
    ...{ name, kind: 'command', argv: ['/bin/sh', '-c', script], timeoutS: 2 },
  })
  await using dir = await siteWith({
    notify: [
      ...[http('silent', silent), http('endless', endless), http('slow', slow)],
      ...[command('deaf', 'exec 0<&-; sleep 60 & sleep 60'), command('flood', 'cat /dev/zero'), http('fine', fine)],
    ],
  })
  const sheet = await dir.addLock(1)
  const keys = await dir.createKeys(1, 20)
  const names = ['silent', 'endless', 'slow', 'deaf', 'flood']
  const toFine = Array.from({ length: 5 }, () => made({ recipient: 'fine' }))
  await keep(dir, ...names.map((recipient) => made({ recipient })), ...toFine)

  const site = await dir.serve()
  await dir.play(sheet)
  await untilLockOnline(site.publicUrl, keys[0] ?? '')
  const tookMs: number[] = []
  for (const uuid of keys) {
    const beganMs = performance.now()
    const answer = await fetch(`${site.publicUrl}/temp-keys/${uuid}/open`, { method: 'POST', redirect: 'manual' })
    tookMs.push(performance.now() - beganMs)
    expect(answer.status).toBe(303)
  }
  expect(tookMs.sort((a, b) => a - b)[10]).toBeLessThan(500)
  await until('the other receiver has all', () => fine.received.length === 5)
  expect(idsOf(fine)).toEqual(toFine.map(({ id }) => id))
  const says = ['slow', 'deaf', 'flood'].map((name) => `"receiver":"${name}"`)
  await until('what fails is told', () => says.every((one) => site.program.stderr.includes(one)), 30_000)
  await until(
    'the silent one is told',
    () => /"receiver":"silent".*no answer came in time/.test(site.program.stderr),
    30_000,
  )
}, 120_000)

test('a test message says for each receiver what came of it, with or without a gateway, and new secrets hold after SIGHUP', async () => {
  await using ntfy = await ReceivingServer.start()
  await using mail = await MailServer.start(pair)
  await using dir = await siteWith({
    notify: [
      { name: 'phone', kind: 'http', format: 'ntfy', url: ntfy.url('/doors').href, bearerTokenFile: 'bearer' },
      {
        ...{ name: 'mail', kind: 'mail', host: 'localhost', port: mail.port, caFile: 'ca.pem', user: 'doors' },
        ...{ passwordFile: 'password', from: 'doors@example.org', to: ['ada@example.org'] },
      },
    ],
  })
  await dir.addLock(1)
  const early = await dir.latchkey('alarms', 'test')
  expect(early).toMatchObject({ code: 0, stdout: 'phone: delivered\nmail: delivered\n' })

  const site = await dir.serve()
  writeSecret(dir, 'password', 'wrong-password')
  writeSecret(dir, 'bearer', 'tk_another-one')
  site.program.kill('SIGHUP')
  await until('it was told', () => site.program.stderr.includes('told to read its certificates again'))
  const after = await dir.latchkey('alarms', 'test')
  expect(after.code).toBe(1)
  expect(after.stdout).toBe('phone: delivered\nmail: not delivered: user or password were refused (535)\n')
  expect(after.stderr).toMatch(/1 of 2 receivers got no test message/)
  expect(ntfy.received.at(-1)?.headers.authorization).toBe('Bearer tk_another-one')
  const one = await dir.latchkey('alarms', 'test', '--to', 'phone')
  expect(one).toMatchObject({ code: 0, stdout: 'phone: delivered\n' })
  const none = await dir.latchkey('alarms', 'test', '--to', 'fax')
  expect(none).toMatchObject({ code: 1 })
  expect(none.stderr).toMatch(/to: is no receiver of alarms\.notify: there are phone, mail/)

  // What can't be used any more changes nothing.
  chmodSync(path.join(dir.path, 'bearer'), 0o644)
  site.program.kill('SIGHUP')
  await until('it says so', () => site.program.stderr.includes('may be read or changed by other users'))
  expect((await dir.latchkey('alarms', 'test', '--to', 'phone')).code).toBe(0)
  expectNoSecret(dir.log.text)
}, 120_000)

test('a gateway that is told to end does not wait for receivers that hang', async () => {
  await using silent = await ReceivingServer.start()
  silent.answer = () => {}
  await using dir = await siteWith({
    notify: [
      { name: 'silent', kind: 'http', url: silent.url('/hook').href },
      { name: 'siren', kind: 'command', argv: ['/bin/sh', '-c', 'echo running; sleep 60'], timeoutS: 60 },
    ],
  })
  await dir.addLock(1)
  await keep(dir, made({ recipient: 'silent' }), made({ recipient: 'siren' }))
  const { program } = await dir.serve()
  await until('it was called', () => silent.received.length > 0)
  const beganMs = performance.now()
  program.kill('SIGTERM')
  expect(await program.ended).toMatchObject({ code: 0 })
  expect(performance.now() - beganMs).toBeLessThan(9_000)
  expect(program.stderr).not.toContain('background work failed')
}, 60_000)

test('a start with secrets that are missing, open to others or of no use names each, and what to do', async () => {
  await using dir = await siteWith({
    notify: [
      { name: 'a', kind: 'http', urlFile: 'nowhere' },
      { name: 'b', kind: 'http', url: 'http://127.0.0.1:9/', hmacSecretFile: 'short' },
      { name: 'c', kind: 'http', url: 'http://127.0.0.1:9/', bearerTokenFile: 'open' },
      { name: 'd', kind: 'http', format: 'ntfy', url: 'http://127.0.0.1:9/' },
    ],
  })
  writeSecret(dir, 'short', 'too-short')
  writeSecret(dir, 'open', 'tk_open')
  chmodSync(path.join(dir.path, 'open'), 0o604)
  const { code, stderr } = await dir.latchkey('serve')
  expect(code).toBe(1)
  expect(stderr).toMatch(/alarms\.notify of "a", urlFile .*nowhere \(ENOENT\): write the URL alone there/)
  expect(stderr).toMatch(/alarms\.notify of "b", hmacSecretFile is too short/)
  expect(stderr).toMatch(
    /alarms\.notify of "c", bearerTokenFile .*open may be read or changed by other users: chmod 600/,
  )
  expect(stderr).toMatch(/alarms\.notify of "d", url is no topic of ntfy/)
  expect(stderr).not.toMatch(/too-short|tk_open/)
}, 60_000)

test('a site without a receiver says so in its alarms and in its readiness', async () => {
  await using dir = await SiteDir.make()
  await dir.addLock(1)
  const site = await dir.serve()
  expect((await dir.latchkey('alarms')).stdout).toMatch(/^Nobody is told of alarms: alarms\.notify names no receiver/m)
  expect(await dir.latchkey('alarms', 'test')).toMatchObject({ code: 1 })
  const ready = z.object({ checks: z.looseObject({ notify: z.unknown() }) })
  const { checks } = ready.parse(await (await fetch(`${site.publicUrl}/readyz`)).json())
  expect(checks.notify).toMatchObject({ status: 'warning', reason: 'no-receiver' })
}, 60_000)

function expectNoSecret(log: string): void {
  expect(log).toContain('gateway started')
  for (const secret of [...Object.values(SECRETS), 'wrong-password', 'tk_another-one'])
    expect(log).not.toContain(secret)
}
