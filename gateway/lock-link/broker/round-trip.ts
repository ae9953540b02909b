import type { Clock } from '#domain/time/clock.ts'
import type { BrokerClient } from './broker-client.ts'

/** The broker gives a sign of life within this time; false without a client, too, once the time is over. */
export const roundTripWithin = (
  client: Pick<BrokerClient, 'roundTrip'> | null,
  withinMs: number,
  clock: Pick<Clock, 'startTimer'>,
): Promise<boolean> =>
  new Promise((resolve) => {
    const stop = clock.startTimer(withinMs, () => resolve(false))
    client?.roundTrip(() => {
      stop()
      resolve(true)
    })
  })
