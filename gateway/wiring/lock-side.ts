import { type EmbeddedBroker, startEmbeddedBroker } from '#broker/embedded-broker.ts'
import type { Config } from '#config/config.ts'
import { configuredBroker } from '#config/derived.ts'
import { contestSeen } from '#domain/alarms/sightings.ts'
import { LastWords } from '#domain/locks/last-words.ts'
import type { Clock } from '#domain/time/clock.ts'
import type { BrokerConnection, LockLinkTimes } from '#lock-link/lock-link-options.ts'
import { MqttLockLink } from '#lock-link/mqtt-lock-link.ts'
import type { LockId } from '#protocol/ids.ts'
import { readBrokerPassword } from '#site/broker-password.ts'
import { listenError } from '#site/listening.ts'
import type { Background } from './background.ts'
import type { SiteRecords } from './site-records.ts'

interface Deps extends Pick<SiteRecords, 'store' | 'locks' | 'alarms' | 'gatewayKey'> {
  readonly clock: Clock
  readonly log: Background['log']
  readonly opened: AsyncDisposableStack
  readonly inBackground: Background['inBackground']
  readonly linkTimes: Partial<LockLinkTimes> | undefined
}

export interface LockSide {
  readonly lastWords: LastWords
  /** Null with an external one. */
  readonly broker: EmbeddedBroker | null
  /** Not started yet: it needs to know who hears the locks. */
  readonly link: MqttLockLink
  /** What locks are flashed with: where they find the broker. */
  brokerAddress(): { readonly host: string; readonly port: number }
}

/** The broker, if it is the gateway's own, and the link to the locks. @throws StartupError with what to do */
export async function openLockSide(config: Config, deps: Deps): Promise<LockSide> {
  const { store, locks, alarms, gatewayKey, clock, log, opened, inBackground } = deps
  let broker: EmbeddedBroker | null = null
  const lastWords = new LastWords({ store, locks, disconnect: (lockId) => broker?.disconnectLock(lockId) })
  await lastWords.begin()
  if (config.broker.mode === 'embedded') broker = await startBroker(config.broker)
  if (broker !== null) opened.defer(() => broker.close())
  const link = new MqttLockLink({
    site: config.site.id,
    broker: brokerConnection(),
    signingKey: gatewayKey.signingKey,
    clock,
    log,
    times: { silenceMs: config.presence.silenceMs, answerWaitMs: config.presence.answerWaitMs, ...deps.linkTimes },
  })
  const configured = configuredBroker(config)
  return {
    lastWords,
    broker,
    link,
    brokerAddress: () => (broker === null ? configured : { ...configured, port: broker.port }),
  }

  async function startBroker(options: { host: string; port: number }): Promise<EmbeddedBroker> {
    try {
      return await startEmbeddedBroker({
        site: config.site.id,
        host: options.host,
        port: options.port,
        clock,
        credentials: { passwordHashOf },
        log,
        onLockClosed: (lockId) => link.lockClosed(lockId),
        onLockListens: (lockId) => link.lockListens(lockId),
        onLockExceeded: (lockId, count) => link.lockExceeded(lockId, count),
        onLockContested: (lockId, contest) => inBackground(alarms.raise(contestSeen(lockId, contest))),
      })
    } catch (error) {
      throw listenError(error, 'broker', options.host, options.port)
    }
  }

  function passwordHashOf(lockId: LockId): string | null {
    const lock = locks.get(lockId)
    return lock !== null && lastWords.mayConnect(lock) ? lock.mqttPasswordHash : null
  }

  function brokerConnection(): BrokerConnection {
    if (broker !== null) return { kind: 'embedded', openPort: (events) => broker.openGatewayPort(events) }
    if (config.broker.mode === 'embedded') throw new Error('the embedded broker did not start')
    const { url, userName, passwordFile } = config.broker
    return { kind: 'external', url, userName, password: readBrokerPassword(passwordFile) }
  }
}
