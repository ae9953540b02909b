import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { type MailReceiver, sendByMail } from '#notify/mail-sender.ts'
import { messageOf } from '#notify/message.ts'
import { testCertificate } from '#test/http/support/test-certificate.ts'
import { must } from '#test/support/must.ts'
import { MailServer } from './support/mail-server.ts'
import { aMessage, NEVER, noticeOf, sender } from './support/messages.ts'
import { SayingServer } from './support/saying-server.ts'

const pair = testCertificate()
const ca = pair.cert.toString()

const receiverAt = (port: number, difference: Partial<MailReceiver> = {}): MailReceiver => ({
  ...{ host: 'localhost', port, tls: 'starttls-required', ca, login: null, from: 'doors@example.org' },
  to: ['ada@example.org', 'bob@example.org'],
  ...difference,
})

test.each([
  { tls: 'implicit', options: { secure: true, ...pair }, isSecure: true },
  { tls: 'starttls-required', options: { ...pair }, isSecure: true },
  { tls: 'none', options: { hideSTARTTLS: true }, isSecure: false },
] as const)('a mail arrives with tls $tls', async ({ tls, options, isSecure }) => {
  await using server = await MailServer.start(options)
  const message = aMessage({ title: 'Tür „Süd“ is offline', severity: 'critical', lines: ['.', '..hidden', 'Straße'] })
  const login = tls === 'none' ? null : { user: 'doors', password: 'right-password' }
  expect(await sendByMail(receiverAt(server.port, { tls, login }), message, NEVER)).toEqual({ kind: 'delivered' })
  const mail = must(server.received[0])
  expect(mail).toMatchObject({
    from: 'doors@example.org',
    to: ['ada@example.org', 'bob@example.org'],
    secure: isSecure,
  })
  expect(mail.text).toContain(`Message-ID: <${message.id}@example.org>`)
  expect(mail.text).toContain('Auto-Submitted: auto-generated')
  expect(mail.text).toMatch(/Content-Type: text\/plain; charset=utf-8/i)
  expect(mail.text).toMatch(/Subject: =\?UTF-8\?/i)
  expect(mail.text).toMatch(/\r\n\.\r\n\.\.hidden\r\nStra=C3=9Fe\r\n/)
  expect(server.logins).toEqual(login === null ? [] : [{ ...login, secure: true }])
})

test('a server whose certificate another authority signed gets neither password nor mail', async () => {
  const other = testCertificate().cert.toString()
  for (const options of [{ secure: true, ...pair }, pair]) {
    await using server = await MailServer.start(options)
    const tls = 'secure' in options ? 'implicit' : 'starttls-required'
    for (const authority of [other, null]) {
      const login = { user: 'doors', password: 'right-password' }
      const result = await sendByMail(receiverAt(server.port, { tls, ca: authority, login }), aMessage(), NEVER)
      expect(result).toEqual({
        kind: 'failed',
        cause: 'the certificate is not trusted: name its authority with caFile',
      })
    }
    expect(server.logins).toEqual([])
    expect(server.received).toEqual([])
  }
})

test('a server that offers no STARTTLS gets neither password nor mail', async () => {
  await using server = await MailServer.start({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true })
  const login = { user: 'doors', password: 'right-password' }
  expect(await sendByMail(receiverAt(server.port, { login }), aMessage(), NEVER)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/^no TLS could be begun/),
  })
  expect(server.logins).toEqual([])
  expect(server.received).toEqual([])
})

test('a wrong password is told without it', async () => {
  await using server = await MailServer.start(pair)
  const login = { user: 'doors', password: 'wrong-password' }
  const result = await sendByMail(receiverAt(server.port, { login }), aMessage(), NEVER)
  expect(result).toEqual({ kind: 'failed', cause: 'user or password were refused (535)' })
})

test('an address that is refused keeps no mail from the others, and is told', async () => {
  await using server = await MailServer.start(pair)
  const to = ['ada@example.org', 'nobody@example.org']
  expect(await sendByMail(receiverAt(server.port, { to }), aMessage(), NEVER)).toEqual({
    kind: 'delivered',
    remark: expect.stringMatching(/refused 1 of 2 addresses/),
  })
  expect(server.received).toMatchObject([{ to: ['ada@example.org'] }])
  expect(await sendByMail(receiverAt(server.port, { to: ['nobody@example.org'] }), aMessage(), NEVER)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/refused the sender or every address/),
  })
})

test.each([
  ['says empty lines without end', '\r\n', /^the connection was broken off/],
  ['never ends a line', '2', /^what it says is no SMTP/],
  ['never ends an answer', '220-hello\r\n', /^the connection was broken off|^what it says is no SMTP/],
])('a server that %s is not listened to for long', async (_, said, says) => {
  await using server = await SayingServer.start((socket) => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(said.repeat(30_000)));
    }
    socket.on('drain', more)
    more()
  })
  const receiver = receiverAt(server.port, { tls: 'none', ca: null })
  expect(await sendByMail(receiver, aMessage(), NEVER)).toEqual({ kind: 'failed', cause: expect.stringMatching(says) })
})

test('a mail that is under way is broken off when the gateway ends', async () => {
  await using server = await SayingServer.start(() => {})
  const gateway = new AbortController()
  const sending = sendByMail(receiverAt(server.port), aMessage(), gateway.signal)
  gateway.abort()
  const beganMs = performance.now()
  expect(await sending).toEqual({ kind: 'failed', cause: expect.any(String) })
  expect(performance.now() - beganMs).toBeLessThan(5_000)
})

test('a site’s or a door’s name can’t begin a header', async () => {
  await using server = await MailServer.start({ hideSTARTTLS: true })
  const evil = 'x\r\nBcc: eve@example.org\r\n\r\nbody'
  const named = messageOf(noticeOf({ title: evil, lines: [evil] }), { ...sender, site: { id: 'north', name: evil } })
  await sendByMail(receiverAt(server.port, { tls: 'none' }), named, NEVER)
  const mail = must(server.received[0])
  expect(mail.to).toEqual(['ada@example.org', 'bob@example.org'])
  expect(mail.text.split('\r\n\r\n')[0]).not.toMatch(/^(Bcc|body)/m)
})

test('a server that is not there, or speaks no SMTP, is told as such', async () => {
  const server = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  expect(await sendByMail(receiverAt(port), aMessage(), NEVER)).toEqual({ kind: 'failed', cause: expect.any(String) })
  await new Promise((resolve) => server.close(resolve))
  expect(await sendByMail(receiverAt(port), aMessage(), NEVER)).toEqual({
    kind: 'failed',
    cause: expect.stringMatching(/^the connection was refused/),
  })
})
