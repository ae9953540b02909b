import type { Receiver, ReceiverListing } from '#domain/delivery/manage-receivers.ts'
import type { SendResult } from '#domain/delivery/send-notice.ts'

const iso = (atMs: number | null): string | null => (atMs === null ? null : new Date(atMs).toISOString())
const timeOfDay = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const receiverBody = ({ name, kind, leastSeverity, quietHours }: Receiver) => ({
  ...{ name, kind, leastSeverity },
  quietHours:
    quietHours === null ? null : { from: timeOfDay(quietHours.fromMinute), until: timeOfDay(quietHours.untilMinute) },
})

export const receiverListingBody = (listing: ReceiverListing) => ({
  ...receiverBody(listing.receiver),
  waiting: listing.waiting,
  oldestMadeAt: iso(listing.oldestMadeAtMs),
  lastCause: listing.lastCause,
  deliveredAt: iso(listing.deliveredAtMs),
  givenUpAt: iso(listing.givenUpAtMs),
})

export const testResultBody = ({ receiver, result }: { receiver: Receiver; result: SendResult }) => ({
  ...{ name: receiver.name, kind: receiver.kind, delivered: result.kind === 'delivered' },
  says: result.kind === 'delivered' ? (result.remark ?? null) : result.cause,
})
