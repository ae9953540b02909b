import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryFlash } from '#firmware-sim/board/flash.ts'
import { lockTopic } from '#protocol/topics.ts'
import { GatewaySide, lockId, site } from './gateway-side.ts'

let gateway: GatewaySide
beforeEach(async () => {
  gateway = await GatewaySide.start()
})
afterEach(async () => await gateway.stop())

const introductions = () => gateway.hellos.filter(({ nonce }) => nonce === null)

describe('a simulated lock on a real broker', () => {
  it('introduces itself unasked and subscribes to its own command topic alone', async () => {
    const lock = await gateway.startLock()
    await gateway.until(() => gateway.hellos.length === 1)
    expect(gateway.hellos[0]).toMatchObject({ nonce: null, bootId: lock.bootId, lastCounter: 0, journalTo: 0 })
    expect(gateway.subscriptions).toEqual([lockTopic(site, lockId, 'command')])
    expect(lock.online).toBe(true)
  })

  it('moves once for a command that is delivered three times, and says the same each time', async () => {
    const lock = await gateway.startLock()
    const { message, jti } = await gateway.command(lock)
    for (let delivery = 0; delivery < 3; delivery += 1) await gateway.send(message)
    await lock.waitFor(() => lock.receivedCommands.length === 3)
    await gateway.ackFor(jti)
    expect(lock.actuations).toBe(1)
    expect(lock.movements).toMatchObject([{ kind: 'pulse-started', commandId: jti }])
    expect(new Set(gateway.acks.map(({ message }) => message)).size).toBe(1)
  })

  it('extends the pulse of the first command by the second, and each is opened', async () => {
    const lock = await gateway.startLock()
    expect((await gateway.open(lock)).result).toBe('opened')
    expect((await gateway.open(lock)).result).toBe('opened')
    expect(lock.movements.map(({ kind }) => kind)).toEqual(['pulse-started', 'pulse-extended'])
  })

  it('answers a question for a hello with its nonce', async () => {
    await gateway.startLock()
    expect((await gateway.meet()).bootId).toBe(gateway.hellos[0]?.bootId)
  })

  it('answers a question about a command that it never heard and that is too late now', async () => {
    const lock = await gateway.startLock({ bootUptimeS: 100 })
    const { jti } = await gateway.command(lock)
    await gateway.send(await gateway.outcomeQuestion(jti, lock.bootId, 99))
    expect((await gateway.ackFor(jti)).result).toBe('not-executed')
  })

  it('keeps quiet about an ack that a receipt has covered', async () => {
    const lock = await gateway.startLock()
    const { journalSeq } = await gateway.open(lock)
    expect(lock.unreceiptedAcks).toBe(1)
    await gateway.send(await gateway.receipt(journalSeq))
    await lock.waitFor('heard')
    expect(lock.unreceiptedAcks).toBe(0)
  })

  it('drops a retained command, which could open a door at any time', async () => {
    const lock = await gateway.startLock()
    await lock.disconnect()
    const { message } = await gateway.command(lock)
    await gateway.send(message, true)
    const dropped = lock.waitFor('dropped')
    await lock.reconnect()
    await dropped
    expect(lock.actuations).toBe(0)
  })

  it('has an uptime beyond 2^32 seconds when it is told to, and opens', async () => {
    const lock = await gateway.startLock({ bootUptimeS: 2 ** 32 })
    const ack = await gateway.open(lock)
    expect(ack.result).toBe('opened')
    expect(ack.uptimeS).toBeGreaterThanOrEqual(2 ** 32)
  })

  it('counts seconds as its crystal does, and never backwards when the crystal changes', async () => {
    let nowMs = 0
    const lock = await gateway.startLock({ clock: { monotonicMs: () => nowMs }, crystalPpm: 50_000 })
    nowMs = 100_000
    expect(lock.uptimeS).toBe(105)
    lock.setFaults({ crystalPpm: -50_000 })
    expect(lock.uptimeS).toBe(105)
    nowMs = 200_000
    expect(lock.uptimeS).toBe(200)
  })
})

describe('a connection', () => {
  it('that is cut is announced by the will, and stays away until it is mended', async () => {
    const lock = await gateway.startLock()
    lock.cutCable()
    expect(lock.online).toBe(false)
    await gateway.until(() => gateway.presence.includes('offline'))
    await lock.reconnect()
    await gateway.until(() => introductions().length === 2)
    expect(introductions()[1]?.bootId).toBe(introductions()[0]?.bootId)
  })

  it('that is left in order is announced by the lock itself', async () => {
    const lock = await gateway.startLock()
    await lock.disconnect()
    expect(gateway.presence.at(-1)).toBe('offline')
  })

  it('that the broker ends is replaced by the lock itself', async () => {
    const lock = await gateway.startLock()
    const back = lock.waitFor('online')
    await gateway.hangUp()
    await back
    expect((await gateway.open(lock)).result).toBe('opened')
  })

  it('carries every unreceipted ack again as soon as it is there', async () => {
    const lock = await gateway.startLock()
    const { commandId } = await gateway.open(lock)
    lock.cutCable()
    await lock.reconnect()
    await gateway.until(() => gateway.acks.filter(({ payload }) => payload.commandId === commandId).length >= 2)
    expect(gateway.acks[1]?.message).toBe(gateway.acks[0]?.message)
  })

  it('that falls silent says nothing and hears nothing until it speaks again', async () => {
    const lock = await gateway.startLock()
    lock.goSilent()
    const { message, jti } = await gateway.command(lock)
    await gateway.send(message)
    expect(lock.receivedCommands).toEqual([])
    lock.speakAgain()
    expect((await gateway.ackFor(jti)).result).toBe('opened')
  })

  it('that never comes about is told with the broker’s own words', async () => {
    await gateway.hangUp()
    await expect(gateway.startLock({ url: 'mqtt://127.0.0.1:1', startTimeoutMs: 200 })).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('a reboot', () => {
  it('makes a new boot that refuses commands of the old one and knows what it did', async () => {
    const lock = await gateway.startLock()
    const { message, jti } = await gateway.command(lock)
    const late = await gateway.command(lock)
    await gateway.send(message)
    await gateway.ackFor(jti)
    await lock.reboot()
    await lock.receiveRaw(message)
    await lock.receiveRaw(late.message)
    expect(await gateway.ackFor(late.jti)).toMatchObject({ result: 'refused', reason: 'other-boot' })
    expect(lock.actuations).toBe(1)
    expect(new Set(introductions().map(({ bootId }) => bootId)).size).toBe(2)
  })

  it('in the middle of a movement ends in a reset, told once the lock is back', async () => {
    const lock = await gateway.startLock({ boltTravelMs: 60_000 })
    const { message, jti } = await gateway.command(lock)
    const moving = lock.waitFor('pulse-started')
    await gateway.send(message)
    await moving
    await lock.reboot()
    expect(await gateway.ackFor(jti)).toMatchObject({ result: 'reset', reason: 'power-lost', bootId: lock.bootId })
  })

  it('of the whole simulator forgets nothing that was in flash', async () => {
    const flash = memoryFlash()
    const first = await gateway.startLock({ flash })
    const { message, jti } = await gateway.command(first)
    await gateway.send(message)
    await gateway.ackFor(jti)
    await first.stop()
    const second = await gateway.startLock({ flash })
    await second.receiveRaw(message)
    expect(second.actuations).toBe(0)
    expect(second.sentAcks.map(({ payload }) => payload.commandId)).toContain(jti)
  })
})
