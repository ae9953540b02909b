import type { Finding } from '#cli/context.ts'
import type { Config } from '#config/config.ts'
import { HeartbeatCall } from '#notify/heartbeat-call.ts'
import { openReceivers } from '#notify/open-receivers.ts'
import { StartupError } from '#runtime/startup-error.ts'

const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} }

/** The files with secrets that receivers of alarms and the heartbeat need. Sends nothing. */
export function lookAtReceivers(config: Config): Finding[] {
  const { heartbeat } = config.alarms
  return [
    ...wrongFiles(() => openReceivers(config, { log: SILENT, nowMs: () => 0, consoleUrl: null }).close()),
    ...(heartbeat === null ? [] : wrongFiles(() => new HeartbeatCall(heartbeat, SILENT).close())),
  ]
}

function wrongFiles(read: () => void): Finding[] {
  try {
    read()
    return []
  } catch (error) {
    if (!(error instanceof StartupError)) throw error
    const advice = 'The gateway does not start without.'
    return error.message.split('\n').map((what) => ({ id: 'receiver-file', severity: 'critical', what, advice }))
  }
}
