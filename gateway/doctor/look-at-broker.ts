import { once } from 'node:events'
import { connect } from 'node:net'
import mqtt from 'mqtt'
import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { configuredBroker } from '#config/derived.ts'
import { StartupError, systemErrorCode } from '#runtime/startup-error.ts'
import { readBrokerPassword } from '#site/broker-password.ts'

const WITHIN_MS = 2_000
type External = Extract<Config['broker'], { readonly mode: 'external' }>

/**
 * Whether a broker elsewhere answers, and lets the gateway in. While one runs, it tells by itself: a second connection with
 * its name could take the place of the first.
 */
export async function lookAtBroker(config: Config, isRunning: boolean): Promise<readonly Finding[]> {
  const { broker } = config
  if (broker.mode === 'embedded') return []
  const away = await isAway(config, broker)
  return away.length > 0 || isRunning ? away : await isRefused(broker)
}

async function isAway(config: Config, broker: External): Promise<Finding[]> {
  const { host, port } = configuredBroker(config)
  const url = new URL(broker.url)
  const socket = connect({ host: url.hostname.replaceAll(/[[\]]/g, ''), port, timeout: WITHIN_MS })
  try {
    await Promise.race([
      once(socket, 'connect'),
      once(socket, 'timeout').then(() => Promise.reject(new Error('timeout'))),
    ])
    return []
  } catch (error) {
    const what = `Nothing answers at the broker’s address ${host} port ${port} (${systemErrorCode(error) ?? 'no answer'}).`
    const advice = 'Look whether the broker runs, and whether broker.url is right.'
    return [{ id: 'broker-away', severity: 'critical', what, advice }]
  } finally {
    socket.destroy()
  }
}

async function isRefused(broker: External): Promise<Finding[]> {
  const why = await problemOfLogin(broker)
  if (why === null) return []
  const what = `The broker does not let the gateway in as ${broker.userName}: ${why}.`
  const advice =
    'Look at broker.userName and broker.passwordFile, and at the broker’s own list of users (latchkey broker export); with mqtts at its certificate too.'
  return [{ id: 'broker-refuses', severity: 'critical', what, advice }]
}

/** Null when it was let in, or has no password that could be tried. */
async function problemOfLogin({ url, userName, passwordFile }: External): Promise<string | null> {
  const password = passwordOf(passwordFile)
  if (password === null) return null
  const client = mqtt.connect(url, {
    ...{ protocolVersion: 4, clean: true, reconnectPeriod: 0, connectTimeout: WITHIN_MS, log: () => {} },
    ...{ username: userName, password },
  })
  try {
    return await new Promise<string | null>((resolve) => {
      client.on('connect', () => resolve(null))
      client.on('error', (error) => resolve(wordsOf(error)))
      client.on('close', () => resolve('it ended the connection'))
    })
  } finally {
    // What ends the connection is of no interest any more.
    client.on('error', () => {})
    client.end(true)
  }
}

/** One that is empty or can’t be read is a finding of its own. */
function passwordOf(file: string): string | null {
  try {
    return readBrokerPassword(file)
  } catch (error) {
    if (error instanceof StartupError) return null
    throw error
  }
}

const REFUSALS: Readonly<Record<number, string>> = {
  4: 'user or password are wrong',
  5: 'user or password are wrong, or have no right to connect',
}

function wordsOf(error: Error): string {
  const code = 'code' in error ? error.code : null
  if (typeof code === 'number') return REFUSALS[code] ?? `it refused the connection (${code})`
  return typeof code === 'string' ? code : 'it gave no answer in time'
}
