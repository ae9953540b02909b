import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newNonce } from '#protocol/ids.ts'
import { lockTopic } from '#protocol/topics.ts'
import { GatewaySide, lockId, site } from './gateway-side.ts'

describe('a simulated lock on a real broker', () => {
  let gateway: GatewaySide
  beforeEach(async () => {
    gateway = await GatewaySide.start()
  })
  afterEach(async () => await gateway.stop())

  it('introduces itself unasked and subscribes to its own command topic alone', async () => {
    const lock = await gateway.startLock()
    await gateway.until(() => gateway.hellos.length === 1)
    expect(gateway.hellos[0]).toMatchObject({ nonce: null, bootId: lock.bootId, lastCounter: 0, journalTo: 0 })
    expect(gateway.subscriptions).toEqual([lockTopic(site, lockId, 'command')])
    expect(lock.online).toBe(true)
  })

  it('opens once and says so once per delivery of the same command', async () => {
    const lock = await gateway.startLock()
    const { message, jti } = await gateway.command(lock)
    for (let delivery = 0; delivery < 3; delivery += 1) await gateway.send(message)
    await lock.waitFor(() => lock.receivedCommands.length === 3)
    await gateway.ackFor(jti)
    expect(lock.actuations).toBe(1)
    expect(lock.movements).toMatchObject([{ kind: 'pulse-started', commandId: jti }])
    expect(new Set(gateway.acks.map(({ message }) => message)).size).toBe(1)
  })

  it('answers a question for a hello with its nonce', async () => {
    await gateway.startLock()
    const nonce = newNonce()
    await gateway.send(await gateway.helloQuestion(nonce))
    await gateway.until(() => gateway.hellos.some((hello) => hello.nonce === nonce))
  })
})
