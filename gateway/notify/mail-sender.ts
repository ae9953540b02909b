import { Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import { failureWords } from './failure-words.ts'
import { asMail } from './formats.ts'
import type { Message } from './message.ts'

const CONNECTED_WITHIN_MS = 10_000
/** For everything: servers let a client wait for a while before they greet it. */
const SENT_WITHIN_MS = 30_000

/** A server that says more than this in one mail floods: to read it line by line would hold up everything else. */
const HEARD_MAX_BYTES = 65_536
const LISTENED_EVERY_MS = 50

export interface MailReceiver {
  readonly host: string
  readonly port: number
  readonly tls: 'implicit' | 'starttls-required' | 'none'
  /** PEM; null for the authorities that this machine trusts. */
  readonly ca: string | null
  readonly login: { readonly user: string; readonly password: string } | null
  readonly from: string
  readonly to: readonly string[]
}

/** One mail on a connection of its own; delivered means that the server took it for somebody. */
export async function sendByMail(receiver: MailReceiver, message: Message, ending: AbortSignal): Promise<SendResult> {
  const { host, port, tls, ca, login, from, to } = receiver
  const socket = new Socket()
  const listening = setInterval(() => {
    if (socket.bytesRead > HEARD_MAX_BYTES) socket.destroy()
  }, LISTENED_EVERY_MS)
  const transport = createTransport({
    socket,
    ...{ host, port, secure: tls === 'implicit', requireTLS: tls === 'starttls-required', ignoreTLS: tls === 'none' },
    ...(login !== null && { auth: { user: login.user, pass: login.password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== null && { ca }) },
    connectionTimeout: CONNECTED_WITHIN_MS,
    dnsTimeout: CONNECTED_WITHIN_MS,
    greetingTimeout: CONNECTED_WITHIN_MS,
    socketTimeout: SENT_WITHIN_MS,
    socketCloseTimeout: 0,
    // What stands in a message never names a file or a URL to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  })
  const { isUrgent, ...mail } = asMail(message, from)
  try {
    const { rejected } = await transport.sendMail({
      ...{ ...mail, headers: { ...mail.headers }, from: { name: message.site.name, address: from }, to: [...to] },
      ...(isUrgent && { priority: 'high' }),
      date: new Date(message.madeAtMs),
      textEncoding: 'quoted-printable',
      signal: AbortSignal.any([ending, AbortSignal.timeout(SENT_WITHIN_MS)]),
    })
    if (rejected.length === 0) return { kind: 'delivered' }
    // No failure, or the others would get each mail again and again.
    return {
      kind: 'delivered',
      remark: `the server refused ${rejected.length} of ${to.length} addresses: are they right?`,
    }
  } catch (error) {
    return { kind: 'failed', cause: failureWords(error) }
  } finally {
    clearInterval(listening)
    transport.close()
    socket.destroy()
  }
}
