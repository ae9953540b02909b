import type { Command } from 'commander'
import { z } from 'zod'
import { hashLockPassword } from '#broker/access/lock-password.ts'
import { mosquittoFiles } from '#broker/mosquitto-files.ts'
import { configuredBroker, unreachableBroker } from '#config/derived.ts'
import { lockIdFromNumber } from '#protocol/ids.ts'
import { expectAnswer } from './api-answer.ts'
import { type CliContext, CommandError } from './context.ts'
import { globalsOf } from './globals.ts'

export function addBrokerCommands(program: Command, context: CliContext): void {
  const broker = program.command('broker').description('the MQTT broker of the site')

  broker
    .command('export')
    .description(
      'write password and ACL files that give users of a Mosquitto broker the topics that the embedded one gives them; the mosquitto.conf for them stands at the head of the ACL file, and docs/operations.md says what Mosquitto does otherwise',
    )
    .requiredOption('--passwords <file>', 'password_file of mosquitto.conf')
    .requiredOption('--acl <file>', 'acl_file of mosquitto.conf')
    .action(async (options: { passwords: string; acl: string }, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      if (config.broker.mode !== 'external')
        throw new CommandError('broker.mode is embedded: an export is for a site whose broker.mode is external')
      const { userName, passwordFile } = config.broker
      const answer = await context.withOwnerApi(config, (api) => api('GET', '/broker-users'))
      const { users } = expectAnswer(
        answer,
        z.object({ users: z.array(z.object({ lockId: z.number(), passwordHash: z.string() })) }),
      )
      const locks = users.flatMap(({ lockId, passwordHash }) => {
        const id = lockIdFromNumber(lockId)
        return id === null ? [] : [{ lockId: id, passwordHash }]
      })
      const gateway = { userName, passwordHash: hashLockPassword(context.readFile(passwordFile).trim()) }
      const files = mosquittoFiles({ site: config.site.id, gateway, locks })
      context.writeFile(options.passwords, files.passwordFile)
      context.writeFile(options.acl, files.aclFile)
      const brokerAddress = configuredBroker(config)
      const { host, port } = brokerAddress
      if (globals.json) context.print(JSON.stringify({ locks: locks.length, brokerAddress }))
      else
        context.print(
          `Wrote the rights of ${locks.length === 1 ? '1 lock' : `${locks.length} locks`} and the gateway. Mosquitto's user must be able to read both files; have it read them again: kill -HUP its process. Locks are flashed with ${host} port ${port} as its address.`,
        )
      const advice = unreachableBroker(config, host)
      if (!globals.json && advice !== null) context.print(`For boards elsewhere: ${advice}.`)
    })
}
