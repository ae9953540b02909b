import type { SendResult } from '#domain/delivery/send-notice.ts'
import { statusWords } from './failure-words.ts'
import { asJson, asNtfy, asSlack, type Rendered } from './formats.ts'
import { callHttp } from './http-call.ts'
import type { Message } from './message.ts'
import { signatureHeaders } from './signature.ts'

export interface HttpReceiver {
  readonly format: 'json' | 'ntfy' | 'slack'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly bearerToken: string | null
  readonly signingKey: Buffer | null
  readonly ca: string | null
}

/** @param nowMs UTC; stands in the signature, so that a receiver can refuse what is old */
export async function sendByHttp(
  receiver: HttpReceiver,
  message: Message,
  { nowMs, ending }: { readonly nowMs: number; readonly ending: AbortSignal },
): Promise<SendResult> {
  const { url, rendered } = addressed(receiver, message)
  const body = Buffer.from(rendered.body)
  const answer = await callHttp({
    url,
    method: 'POST',
    body,
    ca: receiver.ca,
    ending,
    headers: {
      ...receiver.headers,
      'content-type': rendered.contentType,
      'user-agent': 'latchkey',
      // The same in each repeat.
      'idempotency-key': message.id,
      ...(receiver.bearerToken !== null && { authorization: `Bearer ${receiver.bearerToken}` }),
      ...(receiver.signingKey !== null && signatureHeaders(message.id, body, receiver.signingKey, nowMs)),
    },
  })
  if (answer.kind === 'failed') return answer
  const cause = statusWords(answer.status)
  return cause === null ? { kind: 'delivered' } : { kind: 'failed', cause }
}

function addressed({ format, url }: HttpReceiver, message: Message): { url: URL; rendered: Rendered } {
  switch (format) {
    case 'json':
      return { url, rendered: asJson(message) }
    case 'slack':
      return { url, rendered: asSlack(message) }
    case 'ntfy':
      // The URL is the topic's; JSON goes to the server's root and names the topic.
      return { url: new URL('/', url), rendered: asNtfy(message, topicOf(url) ?? '') }
  }
}

/** Null for a URL that is none of a topic. */
export const topicOf = (url: URL): string | null => /^\/([A-Za-z0-9_-]{1,64})\/?$/.exec(url.pathname)?.[1] ?? null
