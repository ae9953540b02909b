import { connectAsync, type MqttClient } from 'mqtt'
import { describe, expect, test } from 'vitest'
import { readFlashingSheet } from '#firmware-sim/flashing-sheet.ts'
import type { Ack } from '#protocol/messages.ts'
import { readAck, signAckAs } from '#test/support/lock-words.ts'
import type { TestSite } from '#test/support/site.ts'
import { readStore, withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

/** Somebody who has all that a lock has: its password and its key. */
async function connectAs(site: TestSite, lockId: number): Promise<MqttClient> {
  const { url, clientId, userName, password } = await readFlashingSheet(site.sheetOf(lockId), 'sheet')
  const settings = {
    clientId,
    username: userName,
    password,
    protocolVersion: 4,
    keepalive: 30,
    reconnectPeriod: 0,
    clean: true,
  } as const
  const client = await connectAsync(url, settings)
  client.on('error', () => undefined)
  return client
}

const ackTopic = (lockId: number) => `latchkey/v1/test/${lockId}/ack`

/** A lock that opened once, and what its key can sign about that: true words, each with a number of its own. */
async function settledLock(site: TestSite) {
  const lock = await site.playLock(1)
  expect((await site.open(await site.createKey(1))).status).toBe(303)
  const opened = readAck(lock.sentAcks[0]?.message ?? '')
  await lock.stop()
  site.locks.delete(1)
  let journalSeq = 1_000
  const again = (difference: Partial<Ack> = {}) => {
    journalSeq += 1
    return signAckAs(site, 1, { ...opened, journalSeq, ...difference })
  }
  return { again }
}

/** Publishes until the connection ends, over as many connections as it gets; how many it got. */
async function flood(site: TestSite, messages: readonly string[]): Promise<number> {
  let connections = 0
  let at = 0
  while (at < messages.length) {
    const client = await connectAs(site, 1).catch(() => null)
    if (client === null) return connections
    connections += 1
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    // Fifty at a time over each connection: what is kept in a connection would be new with each.
    const burst = messages.slice(at, at + 50)
    at += burst.length
    for (const message of burst) client.publish(ackTopic(1), message, { qos: 1 }, () => undefined)
    client.end()
    await gone
  }
  return connections
}

describe('a lock that says more than a working lock can', () => {
  test('is cut off, over all its connections, with an alarm; and every other door opens as before', () =>
    withSite({}, async (site) => {
      const { again } = await settledLock(site)
      const other = await site.playLock(2)
      const uuid = await site.createKey(2)
      const messages = await Promise.all(Array.from({ length: 1_500 }, () => again()))
      const flooding = flood(site, messages)
      for (let opens = 0; opens < 5; opens += 1) {
        expect((await site.open(await site.createKey(2))).status).toBe(303)
      }
      expect(await flooding).toBeLessThan(30)
      const refused = await connectAs(site, 1).catch((error: Error) => error)
      expect(refused).toMatchObject({ message: expect.stringContaining('Server unavailable') })
      await until('an alarm', () => readStore(site).alarms.some(({ kind }) => kind === 'lock-floods'))
      expect((await site.open(uuid)).status).toBe(303)
      expect(other.actuations).toBe(6)
      expect(site.log.text.split('\n').filter((line) => line.includes('"lockId":1')).length).toBeLessThan(400)
    }))

  test('comes back when its time is over, and is believed again', () =>
    // Its bolt is another object from then on.
    withSite({ liars: [1] }, async (site) => {
      const { again } = await settledLock(site)
      await flood(site, await Promise.all(Array.from({ length: 800 }, () => again())))
      await until('it is let in again', async () => {
        const client = await connectAs(site, 1).catch(() => null)
        client?.end(true)
        return client !== null
      })
      const lock = await site.playLock(1)
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      expect(lock.actuations).toBe(1)
    }))
})
