import type { CryptoKey } from 'jose'
import { z } from 'zod'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import { signMessage } from '#protocol/envelope.ts'
import {
  type Ack,
  ack,
  type Hello,
  hello,
  MESSAGE_TYPES,
  type OpenCommand,
  openCommand,
  receipt,
} from '#protocol/messages.ts'
import type { TestSite } from './site.ts'

const payloadOf = (message: string): unknown =>
  JSON.parse(Buffer.from(message.split('.')[1] ?? '', 'base64url').toString('latin1'))

/** What a message says, unverified. */
export const readCommand = (message: string): OpenCommand => openCommand.parse(payloadOf(message))
export const readHello = (message: string): Hello => hello.parse(payloadOf(message))
/** What a command asks for; null for any other message. */
export const opOf = (message: string): string | null => withOp.safeParse(payloadOf(message)).data?.op ?? null
const withOp = z.looseObject({ op: z.string() })
/** What a receipt covers; nothing for any other message. */
export const acksNamedBy = (message: string): readonly number[] =>
  receipt.safeParse(payloadOf(message)).data?.acks ?? []
export const readAck = (message: string): Ack => ack.parse(payloadOf(message))

export async function privateKeyOf(site: TestSite, lockId: number): Promise<CryptoKey> {
  const { privateKey } = await readFlashingSheet(site.sheetOf(lockId), 'sheet')
  if (privateKey === null) throw new Error('the gateway did not make this key')
  return privateKey
}

/** An ack of anybody's invention, truly signed by the key of this lock. */
export const signAckAs = async (site: TestSite, lockId: number, payload: Ack): Promise<string> =>
  await signMessage(MESSAGE_TYPES.ack, payload, await privateKeyOf(site, lockId))
