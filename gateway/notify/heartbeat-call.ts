import type { HeartbeatConfig } from '#config/alarms-config.ts'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import type { Log } from '#domain/ports.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { statusWords } from './failure-words.ts'
import { callHttp } from './http-call.ts'
import { readAuthorities, urlOf } from './way-to-receiver.ts'

const setting = (name: string): string => `alarms.heartbeat, ${name}`

/** Says by one GET that the gateway works. */
export class HeartbeatCall {
  readonly #config: HeartbeatConfig
  readonly #log: Pick<Log, 'error'>
  readonly #ending = new AbortController()
  #target: { readonly url: URL; readonly ca: string | null }

  /** @throws StartupError with what to do */
  constructor(config: HeartbeatConfig, log: Pick<Log, 'error'>) {
    this.#config = config
    this.#log = log
    this.#target = targetOf(config)
  }

  /** Breaks off what is under way. */
  close(): void {
    this.#ending.abort()
  }

  /** Reads the files again; what can't be used changes nothing, and the log says so. */
  reload(): void {
    try {
      this.#target = targetOf(this.#config)
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      this.#log.error({ cause: error.message }, 'the heartbeat keeps what it had: its files can’t be used')
    }
  }

  readonly call = async (): Promise<SendResult> => {
    const answer = await callHttp({
      ...this.#target,
      method: 'GET',
      headers: { 'user-agent': 'latchkey' },
      body: null,
      ending: this.#ending.signal,
    })
    if (answer.kind === 'failed') return answer
    const cause = statusWords(answer.status)
    return cause === null ? { kind: 'delivered' } : { kind: 'failed', cause }
  }
}

const targetOf = (config: HeartbeatConfig) => ({
  url: urlOf(config, setting),
  ca: readAuthorities(config.caFile, setting('caFile')),
})
