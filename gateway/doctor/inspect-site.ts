import { existsSync } from 'node:fs'
import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { isAnswering, ownerSocketPath } from '#site/data-dir.ts'
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
    ...clock(nowMs, releasedAtMs),
  ]
}

function clock(nowMs: number, releasedAtMs: number): Finding[] {
  if (nowMs < releasedAtMs) {
    const what = `The clock says ${new Date(nowMs).toISOString()}, which is before this release: no door opens.`
    return [{ id: 'clock', severity: 'critical', what, advice: 'Set the clock of the appliance.' }]
  }
  if (!existsSync(TIME_SERVICE) || existsSync(TIME_HEARD)) return []
  const what = 'No time server was heard since this machine started.'
  return [
    {
      id: 'clock-alone',
      severity: 'notice',
      what,
      advice: 'A site works without one; look now and then whether the clock is right.',
    },
  ]
}
