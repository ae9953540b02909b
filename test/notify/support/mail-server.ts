import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  readonly secure: boolean
  readonly text: string
}

/** An SMTP server on loopback, as a mail provider has it. */
export class MailServer implements AsyncDisposable {
  readonly received: ReceivedMail[] = []
  readonly logins: { user: unknown; password: unknown; secure: boolean }[] = []
  readonly #server: SMTPServer

  private constructor(options: SMTPServerOptions) {
    this.#server = new SMTPServer({
      authOptional: true,
      onAuth: ({ username, password }, session, done) => {
        this.logins.push({ user: username, password, secure: session.secure })
        if (password === 'right-password') done(null, { user: username })
        else done(new Error('Invalid username or password'))
      },
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('nobody') ? new Error('No such user') : null),
      onData: (stream, { envelope, secure }, done) => {
        void buffer(stream).then((body) => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
          const to = envelope.rcptTo.map(({ address }) => address)
          this.received.push({ from, to, secure, text: body.toString() })
          done()
        })
      },
      ...options,
    })
    // A client that refuses the certificate breaks off.
    this.#server.on('error', () => {})
  }

  static async start(options: SMTPServerOptions, port = 0): Promise<MailServer> {
    const mail = new MailServer(options)
    const listening = mail.#server.listen(port, '127.0.0.1')
    await once(listening, 'listening')
    return mail
  }

  get port(): number {
    const address = this.#server.server.address()
    if (address === null || typeof address === 'string') throw new Error('it does not listen')
    return address.port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}
