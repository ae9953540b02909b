import { Command } from 'commander'
import { unreachableBroker, unreachablePages } from '#config/derived.ts'
import { addAlarmCommands } from './alarm-commands.ts'
import { addApiKeyCommands } from './api-key-commands.ts'
import { addBrokerCommands } from './broker-commands.ts'
import { addClockCommands } from './clock-commands.ts'
import type { CliContext } from './context.ts'
import { addDoctorCommand } from './doctor-command.ts'
import { addExplainMessageCommand } from './explain-message-command.ts'
import { globalsOf } from './globals.ts'
import { addKeyCommands } from './key-commands.ts'
import { addLockCommands } from './lock-commands.ts'
import { addLogCommand } from './log-command.ts'
import { addOpenCommand } from './open-command.ts'
import { addOpeningCommands } from './opening-commands.ts'
import { addStaffCommands } from './staff-commands.ts'
import { addStatusCommand } from './status-command.ts'
import { addWhyCommand } from './why-command.ts'

/** The whole command line. Errors are thrown; nothing here ends the process. */
export function createProgram(version: string, context: CliContext): Command {
  const program = new Command('latchkey')
    .description('The lock gateway that a building can trust.')
    .version(version)
    .showHelpAfterError('(--help tells what this command takes)')
    // Thrown, so that whoever reads JSON gets an error as JSON too.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => (context.wantsJson ? undefined : context.complain(text.trimEnd())),
    })

  program
    .command('serve')
    .description('run the gateway until SIGTERM')
    .action(async (_options: object, command: Command) => {
      const globals = globalsOf(command)
      const config = context.readConfig(globals.config)
      await context.serve(config, (running) => {
        const { publicUrl, brokerAddress } = running
        const { host, port } = brokerAddress
        context.print(
          globals.json
            ? JSON.stringify(running)
            : `${config.site.name} is served at ${publicUrl}, its locks connect at ${host} port ${port}. SIGTERM or Ctrl-C ends it.`,
        )
        if (globals.json) return
        const [forPhones, forBoards] = [unreachablePages(publicUrl), unreachableBroker(config, host)]
        for (const { certFile, endedAtMs } of running.endedCertificates) {
          context.print(
            `For browsers: the certificate ${certFile} ended ${new Date(endedAtMs).toISOString()}, so they refuse the pages: renew it, then send SIGHUP.`,
          )
        }
        if (forPhones !== null) context.print(`For phones: ${forPhones}.`)
        if (forBoards !== null) context.print(`For boards elsewhere: ${forBoards}.`)
      })
    })
  addStatusCommand(program, context)
  addDoctorCommand(program, version, context)
  addOpenCommand(program, context)
  addWhyCommand(program, context)
  addLockCommands(program, context)
  addKeyCommands(program, context)
  addApiKeyCommands(program, context)
  addStaffCommands(program, context)
  addOpeningCommands(program, context)
  addLogCommand(program, context)
  addAlarmCommands(program, context)
  addBrokerCommands(program, context)
  addClockCommands(program, context)
  addExplainMessageCommand(program, context)

  const withGlobals = (command: Command): void => {
    if (command.commands.length === 0) {
      command
        .option('--config <file>', 'config file of the site', 'config.json')
        .option('--json', 'answer with JSON on standard output')
    }
    for (const child of command.commands) withGlobals(child)
  }
  withGlobals(program)
  return program
}
