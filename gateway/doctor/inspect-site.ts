import { existsSync } from 'node:fs'
import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { isAnswering, ownerSocketPath } from '#site/data-dir.ts'
import { lookAtBroker } from './look-at-broker.ts'
import { lookAtClock, type TimeServer } from './look-at-clock.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lookAtNetwork } from './look-at-network.ts'

/** Where systemd says whether a time server was heard: the second file is there once one was. */
const [TIME_SERVICE, TIME_HEARD] = ['/run/systemd/timesync', '/run/systemd/timesync/synchronized']

/** What the machine tells of a site, whether its gateway runs or not. Changes nothing. */
export async function inspectSite(
  config: Config,
  { nowMs, releasedAtMs }: { readonly nowMs: number; readonly releasedAtMs: number },
): Promise<readonly Finding[]> {
  const isRunning = await isAnswering(ownerSocketPath(config.dataDir))
  return [
    ...(await lookAtFiles(config)),
    ...(await lookAtNetwork(config, isRunning, nowMs)),
    ...(await lookAtBroker(config, isRunning)),
    ...lookAtClock(timeServer(), nowMs, releasedAtMs),
  ]
}

/** The kernel knows it of whatever sets the clock, and tells it to no program of this kind. */
function timeServer(): TimeServer {
  if (existsSync(TIME_HEARD)) return 'heard'
  return existsSync(TIME_SERVICE) ? 'not-heard' : 'unknown'
}
