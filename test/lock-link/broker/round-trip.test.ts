import { expect, test } from 'vitest'
import { connectBroker } from '#lock-link/broker/connect-broker.ts'
import type { BrokerConnection } from '#lock-link/lock-link-options.ts'
import { parseSiteId } from '#protocol/ids.ts'
import { realClock } from '#runtime/real-clock.ts'
import { startSite } from '#test/broker/broker-fixture.ts'
import { installed } from '#test/support/installed.ts'
import { must } from '#test/support/must.ts'
import { Program } from '#test/support/program.ts'
import { freePort } from '#test/support/site-dir.ts'
import { until } from '#test/support/until.ts'

const say = () => {}
const clientAt = (broker: BrokerConnection) =>
  connectBroker(
    must(parseSiteId('haus-1')),
    broker,
    { onReady: say, onGone: say, onMessage: say },
    { clock: realClock, log: { info: say, warn: say, error: say } },
  )
const tripsOf = (client: ReturnType<typeof clientAt>) => {
  let trips = 0
  client.roundTrip(() => {
    trips += 1
  })
  return () => trips
}

test('the broker in this process passes a message to itself and back, once, and no more when it has closed', async () => {
  await using site = await startSite()
  const client = clientAt({ kind: 'embedded', openPort: (events) => site.broker.openGatewayPort(events) })
  await until('it is ready', () => client.ready)
  const trips = tripsOf(client)
  await until('it came back', () => trips() > 0)
  await site.broker.close()
  const later = tripsOf(client)
  await new Promise((resolve) => setImmediate(resolve))
  expect([trips(), later()]).toEqual([1, 0])
})

test('a real Mosquitto that stands still gives no sign of life until it goes on', async (context) => {
  const program = installed('mosquitto', context)
  const port = await freePort()
  await using mosquitto = Program.start(program, ['-p', String(port)])
  const client = clientAt({ kind: 'external', url: `mqtt://127.0.0.1:${port}`, userName: 'gateway', password: 'x' })
  try {
    await until('it is ready', () => client.ready)
    const first = tripsOf(client)
    await until('it answers', () => first() === 1)
    mosquitto.kill('SIGSTOP')
    const second = tripsOf(client)
    await expect(until('it answers', () => second() > 0, 300)).rejects.toThrow('did not happen')
    mosquitto.kill('SIGCONT')
    await until('it answers again', () => second() === 1)
    expect(first()).toBe(1)
  } finally {
    await client.close()
  }
})
