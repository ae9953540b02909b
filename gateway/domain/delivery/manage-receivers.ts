import type { NoticeStore } from '#domain/alarm-ports.ts'
import type { Recipient } from '#domain/notices/recipient.ts'
import { StoreFault } from '#domain/store-fault.ts'
import type { Clock } from '#domain/time/clock.ts'
import { newNoticeId } from '#protocol/ids.ts'
import type { SendNotice, SendResult } from './send-notice.ts'

/** An entry of `alarms.notify`. */
export interface Receiver extends Recipient {
  readonly kind: 'http' | 'mail' | 'command'
}

export interface ManageReceiversDeps {
  readonly receivers: readonly Receiver[]
  readonly store: Pick<NoticeStore, 'waitingNotices' | 'deliveryRecords' | 'noteReceiverWorks'>
  readonly send: SendNotice
  /** A test message arrived at this receiver: the way to it works. */
  works(name: string): void
  readonly clock: Pick<Clock, 'nowMs'>
}

export interface ReceiverListing {
  readonly receiver: Receiver
  /** Messages that are to be delivered yet; more than a thousand of all receivers are not counted. */
  readonly waiting: number
  /** UTC of when the oldest of them was made; null for none. */
  readonly oldestMadeAtMs: number | null
  /** Why the last try of the oldest failed. */
  readonly lastCause: string | null
  readonly deliveredAtMs: number | null
  /** See `DeliveryRecord`. */
  readonly givenUpAtMs: number | null
}

const COUNTED_MAX = 1_000

/** Who is told of alarms, and how the messages to each do. */
export async function listReceivers({
  receivers,
  store,
}: Pick<ManageReceiversDeps, 'receivers' | 'store'>): Promise<readonly ReceiverListing[]> {
  if (receivers.length === 0) return []
  const [waiting, records] = await Promise.all([store.waitingNotices(COUNTED_MAX), store.deliveryRecords()])
  return receivers.map((receiver) => {
    const own = waiting.filter(({ notice }) => notice.recipient === receiver.name)
    const record = records.find(({ recipient }) => recipient === receiver.name)
    return {
      ...{ receiver, waiting: own.length },
      oldestMadeAtMs: own[0]?.notice.madeAtMs ?? null,
      lastCause: own[0]?.lastCause ?? null,
      deliveredAtMs: record?.deliveredAtMs ?? null,
      givenUpAtMs: record?.givenUpAtMs ?? null,
    }
  })
}

export type TestReceiversResult =
  | {
      readonly kind: 'tested'
      readonly results: readonly { readonly receiver: Receiver; readonly result: SendResult }[]
    }
  | { readonly kind: 'receiver-not-found'; readonly names: readonly string[] }

/**
 * Sends a test message now, past the outbox: what waits there waits on.
 *
 * @param to the name of one receiver; null for all of them
 */
export async function testReceivers(
  { to }: { readonly to: string | null },
  { receivers, store, send, works, clock }: ManageReceiversDeps,
): Promise<TestReceiversResult> {
  const chosen = receivers.filter(({ name }) => to === null || name === to)
  if (to !== null && chosen.length === 0) {
    return { kind: 'receiver-not-found', names: receivers.map(({ name }) => name) }
  }
  const results = await Promise.all(
    chosen.map(async (receiver) => ({
      receiver,
      result: await send({
        ...{ id: newNoticeId(), recipient: receiver.name, severity: 'notice', sort: 'test', alarms: [] },
        title: 'Test: messages arrive',
        lines: ['Nothing is wrong. Somebody at the appliance asked for this message with latchkey alarms test.'],
        madeAtMs: clock.nowMs(),
      }),
    })),
  )
  for (const { receiver, result } of results) {
    if (result.kind !== 'delivered') continue
    works(receiver.name)
    await keepThatItWorks(receiver.name)
  }
  return { kind: 'tested', results }

  /** A store that takes nothing now is no reason to say that nothing arrived: a running gateway knows it all the same. */
  async function keepThatItWorks(recipient: string): Promise<void> {
    try {
      await store.noteReceiverWorks({ recipient, atMs: clock.nowMs() })
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error
    }
  }
}
