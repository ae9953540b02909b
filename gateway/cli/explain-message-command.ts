import type { Command } from 'commander'
import { importSPKI } from 'jose'
import { z } from 'zod'
import { explainMessage, explanationLines } from '#protocol/explain.ts'
import { parseLockTopic } from '#protocol/topics.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'
import { publicKeyIn } from './public-key-file.ts'

export function addExplainMessageCommand(program: Command, context: CliContext): void {
  program
    .command('explain-message')
    .description(
      'decode one message of a lock or of the gateway, and name the first check that fails; exit code 1 if one does',
    )
    .argument('[message]', 'the message; - or nothing reads it from standard input', '-')
    .option('--topic <topic>', 'MQTT topic that it came on: tells size, sender and addressee')
    .option(
      '--public-key <file>',
      'the sender’s public key, PEM or another form; otherwise the site’s own records are asked',
    )
    .action(async (argument: string, options: { topic?: string; publicKey?: string }, command: Command) => {
      const globals = globalsOf(command)
      const message = argument === '-' ? withoutLineEnd(await context.readInput()) : argument
      const pem =
        options.publicKey === undefined
          ? await keyFromSite(options.topic, globals.config, context)
          : publicKeyIn(options.publicKey, context)
      const key = pem === null ? null : await importSPKI(pem, 'ES256')
      const explanation = await explainMessage({ message, topic: options.topic ?? null, key })
      context.print(globals.json ? JSON.stringify(explanation) : explanationLines(explanation).join('\n'))
      const { firstFailed } = explanation
      if (firstFailed !== null) throw new CommandError(`the message is refused: ${firstFailed.check}`)
    })
}

/** A file, or `mosquitto_sub`, ends it with one line break of its own; a second one is the message’s. */
const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, '')

/** The gateway signs what goes down, the topic's lock signs what comes up. */
async function keyFromSite(topic: string | undefined, configFile: string, context: CliContext): Promise<string | null> {
  const parsed = topic === undefined ? null : parseLockTopic(topic)
  if (parsed === null) return null
  const path = parsed.kind === 'command' ? '/gateway-public-key' : `/locks/${parsed.lockId}/public-key`
  const answer = await context.withOwnerApi(context.readConfig(configFile), (api) => api('GET', path))
  return expectAnswer(answer, z.looseObject({ publicKeyPem: z.string() })).publicKeyPem
}
