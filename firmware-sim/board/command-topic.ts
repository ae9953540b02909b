import type { CryptoKey } from 'jose'
import { z } from 'zod'
import type { LockInput } from '#firmware-sim/machine/lock-machine.ts'
import type { HeardCommand } from '#firmware-sim/machine/machine-types.ts'
import { typeOf, verifyMessage } from '#protocol/envelope.ts'
import { commandHashOf, type LockId, type SiteId } from '#protocol/ids.ts'
import { commandBase, helloQuestion, MESSAGE_TYPES, openCommand, outcomeQuestion, receipt } from '#protocol/messages.ts'
import { gatewayName, lockName, lockTopic } from '#protocol/topics.ts'

/** A verified message as input for the machine, still without `uptimeMs` and `refuse`, or why it was dropped. */
export type Heard =
  | { kind: 'command'; command: HeardCommand }
  | Extract<DistributedOmit<LockInput, 'uptimeMs'>, { kind: 'outcome-question' | 'hello-question' | 'receipt' }>
  | { kind: 'dropped'; why: string }

type DistributedOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** Enough of a command with a foreign `op` to refuse it as `unsupported`. */
const foreignCommand = openCommand.omit({ pulseS: true }).extend({ op: z.string() })

export interface CommandTopicReader {
  /** Verifies in the contract's order; never throws. */
  hear(message: string, retained: boolean): Promise<Heard>
}

export function commandTopicReader(site: SiteId, lockId: LockId, gatewayPublicKey: CryptoKey): CommandTopicReader {
  const expected = {
    topic: lockTopic(site, lockId, 'command'),
    key: gatewayPublicKey,
    iss: gatewayName(site),
    aud: lockName(site, lockId),
  }
  return {
    async hear(message, retained) {
      // The one downlink carries commands and receipts: the header says which, and the signature covers the header.
      const isReceipt = typeOf(message) === MESSAGE_TYPES.receipt
      const verdict = isReceipt
        ? await verifyMessage(message, { ...expected, typ: MESSAGE_TYPES.receipt, schema: receipt })
        : await verifyMessage(message, { ...expected, typ: MESSAGE_TYPES.command, schema: commandBase })
      if (!verdict.ok) return { kind: 'dropped', why: `${verdict.check}: ${verdict.detail}` }
      if (retained) return { kind: 'dropped', why: 'retained' }
      return isReceipt
        ? parse(receipt, verdict.payload, (payload) => ({ kind: 'receipt', receipt: payload }))
        : sortByOp(verdict.payload.op, verdict.payload, message)
    },
  }
}

function sortByOp(op: unknown, payload: unknown, message: string): Heard {
  if (op === 'hello') return parse(helloQuestion, payload, (question) => ({ kind: 'hello-question', question }))
  if (op === 'outcome') return parse(outcomeQuestion, payload, (question) => ({ kind: 'outcome-question', question }))
  const commandHash = commandHashOf(message)
  return op === 'open'
    ? parse(openCommand, payload, (command) => ({ kind: 'command', command: { ...command, commandHash } }))
    : parse(foreignCommand, payload, (command) => ({
        kind: 'command',
        command: { ...command, pulseS: null, commandHash },
      }))
}

function parse<T>(schema: z.ZodType<T>, payload: unknown, heard: (payload: T) => Heard): Heard {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return heard(parsed.data)
  return { kind: 'dropped', why: `schema: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}` }
}

/** The `op` of what came, `receipt` or `dropped`. */
export function nameOf(heard: Heard): string {
  switch (heard.kind) {
    case 'command':
      return heard.command.op
    case 'outcome-question':
      return 'outcome'
    case 'hello-question':
      return 'hello'
    default:
      return heard.kind
  }
}
