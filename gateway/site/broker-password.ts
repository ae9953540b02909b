import { readFileSync } from 'node:fs'
import { StartupError } from '#runtime/startup-error.ts'

/** The gateway's own password at an external broker. @throws StartupError with what to do */
export function readBrokerPassword(file: string): string {
  let password: string
  try {
    password = readFileSync(file, 'utf8').trim()
  } catch {
    throw new StartupError(`cannot read broker.passwordFile ${file}: write the gateway's MQTT password there`)
  }
  if (password === '') {
    throw new StartupError(`broker.passwordFile ${file} is empty: write the gateway's MQTT password there`)
  }
  return password
}
