import type { NoticeStore } from '#domain/alarm-ports.ts'
import { Deliveries, type DeliveriesDeps } from '#domain/delivery/deliveries.ts'
import type { SendResult } from '#domain/delivery/send-notice.ts'
import type { Notice } from '#domain/notices/notice.ts'
import { noticeOf } from '#test/notify/support/messages.ts'
import { T0 } from '#test/store/support/store-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { until } from '#test/support/until.ts'

export const DOWN: SendResult = { kind: 'failed', cause: 'it is down' }
const FINE: SendResult = { kind: 'delivered' }

/** Deliveries over a store, in simulated time; what a receiver says is a test's to choose. */
export function deliveriesOver(store: DeliveriesDeps['store'], clock = new ManualClock(T0)) {
  const sent: Notice[] = []
  const warned: string[] = []
  const unreached: (readonly string[])[] = []
  const answers = new Map<string, (notice: Notice) => Promise<SendResult>>()
  let underWay = 0
  const deliveries = new Deliveries({
    ...{ store, clock, recipients: ['team', 'night'], jitter: () => 0.5 },
    log: { info: () => {}, warn: (_, message) => void warned.push(message), error: () => {} },
    send: async (notice) => {
      sent.push(notice)
      return (await answers.get(notice.recipient)?.(notice)) ?? FINE
    },
    inBackground: (work) => {
      underWay += 1
      void work.finally(() => {
        underWay -= 1
      })
    },
    unreached: (records) => void unreached.push(records.map(({ recipient }) => recipient)),
  })
  const quiet = () => until('nothing is under way', () => underWay === 0)
  return {
    ...{ deliveries, clock, sent, warned, unreached, answers, quiet },
    idsTo: (recipient: string) => sent.filter((notice) => notice.recipient === recipient).map(({ id }) => id),
    begin: async () => {
      await deliveries.begin()
      await quiet()
    },
    passMs: async (ms: number, stepMs = 5_000) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.passMs(stepMs)
        await quiet()
      }
    },
  }
}
export const keep = (store: NoticeStore, ...notices: Notice[]) => store.keepNotices({ notices, desks: [], atMs: T0 })
export const made = (difference: Partial<Notice> = {}): Notice => noticeOf({ madeAtMs: T0, ...difference })
