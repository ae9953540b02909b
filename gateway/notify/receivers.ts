import type { ReceiverConfig } from '#config/alarms-config.ts'
import type { Receiver } from '#domain/delivery/manage-receivers.ts'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import type { Notice } from '#domain/notices/notice.ts'
import type { QuietHours } from '#domain/notices/recipient.ts'
import type { Log } from '#domain/ports.ts'
import { StartupError } from '#runtime/startup-error.ts'
import { messageOf, type Sender } from './message.ts'
import { type Way, wayTo } from './way-to-receiver.ts'

export interface ReceiversDeps {
  readonly sender: Sender
  readonly log: Log & { debug(fields: object, message: string): void }
  nowMs(): number
}

/** Everybody who is told of alarms, and the way to each. */
export class Receivers {
  readonly #config: readonly ReceiverConfig[]
  readonly #deps: ReceiversDeps
  readonly #ways = new Map<string, Way>()
  readonly #ending = new AbortController()

  /** @throws StartupError that names everything that is wrong with the files of the entries, and what to do */
  constructor(config: readonly ReceiverConfig[], deps: ReceiversDeps) {
    this.#config = config
    this.#deps = deps
    const wrong = this.#readFiles()
    if (wrong.length > 0) throw new StartupError(wrong.join('\n'))
  }

  get receivers(): readonly Receiver[] {
    return receiversOf(this.#config)
  }

  /** Reads every file again. An entry whose files can't be used goes on with what it had, and the log says so. */
  reload(): void {
    for (const cause of this.#readFiles()) {
      this.#deps.log.error({ cause }, 'a receiver of alarms keeps what it had: its files can’t be used')
    }
  }

  /** Breaks off what is under way, commands included: it would keep the process from ending. */
  close(): void {
    this.#ending.abort()
  }

  readonly send = async (notice: Notice): Promise<SendResult> => {
    const way = this.#ways.get(notice.recipient)
    if (way === undefined) return { kind: 'failed', cause: 'alarms.notify has no such entry any more' }
    try {
      const when = { nowMs: this.#deps.nowMs(), ending: this.#ending.signal }
      const sent: Promise<SendResult> = way(messageOf(notice, this.#deps.sender), when)
      return await sent
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      this.#deps.log.error({ receiver: notice.recipient, cause }, 'a message could not be put together')
      return { kind: 'failed', cause: 'the message could not be put together: the log says why' }
    }
  }

  /** What is wrong. */
  #readFiles(): string[] {
    return this.#config.flatMap((one) => {
      const heard = (said: string): void => {
        if (said !== '') this.#deps.log.debug({ receiver: one.name, said }, 'what the command of a receiver said')
      }
      try {
        this.#ways.set(one.name, wayTo(one, heard))
        return []
      } catch (error) {
        if (error instanceof StartupError) return [error.message]
        throw error
      }
    })
  }
}

/** In the order of the config. */
export const receiversOf = (config: readonly ReceiverConfig[]): readonly Receiver[] =>
  config.map(({ name, kind, leastSeverity, quietHours }) => ({
    ...{ name, kind, leastSeverity },
    quietHours: quietHours === null ? null : minutesOf(quietHours),
  }))

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
const minutesOf = ({ from, until }: { readonly from: string; readonly until: string }): QuietHours => ({
  fromMinute: minuteOf(from),
  untilMinute: minuteOf(until),
})
