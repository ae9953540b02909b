import type { ReceiverConfig } from '#config/alarms-config.ts'
import type { SendNotice } from '#domain/delivery/send-notice.ts'
import { zoneNamed } from '#runtime/site-zone.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { Receivers, type ReceiversDeps } from './receivers.ts'

interface NotifyConfig {
  readonly site: { readonly id: string; readonly name: string; readonly timeZone: string }
  readonly alarms: { readonly notify: readonly ReceiverConfig[] }
}

interface Deps extends Omit<ReceiversDeps, 'sender'> {
  /** See `Sender`. */
  readonly consoleUrl: string | null
}

/** Everybody who is told, with the secrets that they need. @throws StartupError with what to do */
export function openReceivers({ site, alarms }: NotifyConfig, { consoleUrl, ...deps }: Deps): Receivers {
  const zone = zoneNamed(site.timeZone)
  return new Receivers(alarms.notify, {
    ...deps,
    sender: { site, localTime: (atMs) => zone.withOffset(atMs), consoleUrl },
  })
}

/** For a process that sends one message now and then: only the files of that receiver are read, and only then. */
export const sendNowAndThen =
  (config: NotifyConfig, deps: Deps): SendNotice =>
  async (notice) => {
    try {
      const notify = config.alarms.notify.filter(({ name }) => name === notice.recipient)
      return await openReceivers({ ...config, alarms: { notify } }, deps).send(notice)
    } catch (error) {
      if (error instanceof StartupError) return { kind: 'failed', cause: error.message }
      throw error
    }
  }
