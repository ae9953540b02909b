import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { ReceiverConfig } from '#config/alarms-config.ts'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import { readSecretFile } from '#runtime/secret-file.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { sendByCommand } from './command-sender.ts'
import { sendByHttp, topicOf } from './http-sender.ts'
import { sendByMail } from './mail-sender.ts'
import type { Message } from './message.ts'
import { signingKeyOf } from './signature.ts'

/** Sends by one entry of `alarms.notify`, with the secrets that its files held. */
export type Way = (message: Message, when: Sending) => Promise<SendResult>

export interface Sending {
  /** UTC. */
  readonly nowMs: number
  /** Breaks it off: this process is about to end. */
  readonly ending: AbortSignal
}

/**
 * Reads the files that this entry names.
 *
 * @param heard gets what a command said
 * @throws StartupError with what to do
 */
export function wayTo(one: ReceiverConfig, heard: (said: string) => void): Way {
  const setting = (name: string): string => `alarms.notify of "${one.name}", ${name}`
  const secret = (file: string | null, name: string, what: string): string | null =>
    file === null ? null : readSecretFile(file, setting(name), what)
  switch (one.kind) {
    case 'http': {
      const url = urlOf(one, setting)
      if (one.format === 'ntfy' && topicOf(url) === null) {
        throw new StartupError(`${setting('url')} is no topic of ntfy, such as https://ntfy.example.org/doors-of-north`)
      }
      const signing = secret(one.hmacSecretFile, 'hmacSecretFile', 'a secret (openssl rand -hex 32)')
      const signingKey = signing === null ? null : signingKeyOf(signing)
      if (signing !== null && signingKey === null) {
        throw new StartupError(
          `${setting('hmacSecretFile')} is too short: write at least 16 characters there (openssl rand -hex 32)`,
        )
      }
      const bearerToken = secret(one.bearerTokenFile, 'bearerTokenFile', 'the token alone')
      const receiver = { ...one, url, signingKey, bearerToken, ca: readAuthorities(one.caFile, setting('caFile')) }
      return (message, when) => sendByHttp(receiver, message, when)
    }
    case 'mail': {
      const password = secret(one.passwordFile, 'passwordFile', 'the password alone')
      const login = one.user === null || password === null ? null : { user: one.user, password }
      const receiver = { ...one, login, ca: readAuthorities(one.caFile, setting('caFile')) }
      return (message, { ending }) => sendByMail(receiver, message, ending)
    }
    case 'command': {
      const [program = '', ...args] = one.argv
      const receiver = { program, args, withinMs: one.timeoutS * 1_000 }
      return (message, { ending }) => sendByCommand(receiver, message, ending, heard)
    }
  }
}

/** One of the two is given. @throws StartupError with what to do */
export function urlOf(
  { url, urlFile }: { readonly url: string | null; readonly urlFile: string | null },
  setting: (name: string) => string,
): URL {
  if (urlFile === null) return new URL(url ?? '')
  const parsed = URL.parse(readSecretFile(urlFile, setting('urlFile'), 'the URL alone'))
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    throw new StartupError(`${setting('urlFile')} ${urlFile} holds no http or https URL: write the URL alone there`)
  }
  return parsed
}

/** PEM; null for those that this machine trusts. @throws StartupError with what to do */
export function readAuthorities(file: string | null, setting: string): string | null {
  if (file === null) return null
  try {
    const pem = readFileSync(file, 'utf8')
    createSecureContext({ ca: pem })
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch {
    // Told below.
  }
  throw new StartupError(`${setting} ${file} is no certificate in PEM: put the authority's certificate there`)
}
