import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Faults } from '#firmware-sim/board/faults.ts'
import type { SimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { GatewaySide } from './gateway-side.ts'

let gateway: GatewaySide
let lock: SimulatedLock
beforeEach(async () => {
  gateway = await GatewaySide.start()
  lock = await gateway.startLock()
})
afterEach(async () => await gateway.stop())

describe('a lock with a fault', () => {
  it.each<[string, Partial<Faults>]>([
    ['deaf', { deaf: true }],
    ['about to lose a command', { loseNextCommands: 1 }],
  ])('%s loses the command, answers questions, and hears the next when it is cleared', async (_name, faults) => {
    lock.setFaults(faults)
    const lost = await gateway.command(lock)
    await gateway.send(lost.message)
    await gateway.meet()
    expect(lock.actuations).toBe(0)
    lock.clearFaults()
    expect((await gateway.open(lock)).result).toBe('opened')
  })

  it('mute opens, says nothing even when asked, and says it all when it is cleared', async () => {
    lock.setFaults({ mute: true })
    const { message, jti } = await gateway.command(lock)
    const lost = lock.waitFor('ack-lost')
    await gateway.send(message)
    await lost
    const lostAgain = lock.waitFor('ack-lost')
    await gateway.send(await gateway.outcomeQuestion(jti, lock.bootId, 8))
    await lostAgain
    expect(lock.actuations).toBe(1)
    expect(gateway.acks).toEqual([])
    lock.clearFaults()
    expect((await gateway.ackFor(jti)).result).toBe('opened')
  })

  it('that loses one ack repeats it after a second', async () => {
    lock.setFaults({ loseNextAcks: 1 })
    const { commandId } = await gateway.open(lock)
    expect(lock.sentAcks[0]?.payload.commandId).toBe(commandId)
    const arrivedMs = lock.receivedCommands[0]?.arrivedMs ?? 0
    expect((lock.sentAcks[0]?.sentMs ?? 0) - arrivedMs).toBeGreaterThanOrEqual(990)
  })

  it('that is late sends its ack late', async () => {
    lock.setFaults({ lateMs: 120 })
    await gateway.open(lock)
    const arrivedMs = lock.receivedCommands[0]?.arrivedMs ?? 0
    expect((lock.sentAcks[0]?.sentMs ?? 0) - arrivedMs).toBeGreaterThanOrEqual(119)
  })

  it('refuses with any reason, as often as it was told', async () => {
    lock.setFaults({ refuse: 'counter', refuseNext: 1 })
    expect(await gateway.open(lock)).toMatchObject({ result: 'refused', reason: 'counter' })
    expect((await gateway.open(lock)).result).toBe('opened')
    expect(lock.actuations).toBe(1)
  })

  it('jams without an actuation', async () => {
    lock.setFaults({ jam: true })
    expect((await gateway.open(lock)).result).toBe('jammed')
    expect(lock.actuations).toBe(0)
  })

  it('sends duplicates of each ack', async () => {
    lock.setFaults({ duplicateAcks: 2 })
    await gateway.open(lock)
    await gateway.until(() => gateway.acks.length === 3)
    expect(new Set(gateway.acks.map(({ message }) => message)).size).toBe(1)
  })

  it('forges its signature and sends the true ack after it', async () => {
    lock.setFaults({ forgeSignature: true, trueAckAfterMs: 20 })
    expect((await gateway.open(lock)).result).toBe('opened')
    expect(gateway.unverified).toHaveLength(1)
  })

  it('lies in its ack under its true signature', async () => {
    lock.setFaults({ ackOverride: (payload) => ({ ...payload, result: 'refused', reason: 'battery' }) })
    expect(await gateway.open(lock)).toMatchObject({ result: 'refused', reason: 'battery' })
    expect(lock.actuations).toBe(1)
  })

  it('leaves questions for a hello unanswered', async () => {
    lock.setFaults({ silentHello: true })
    const heard = lock.waitFor(() => lock.receivedCommands.at(-1)?.op === 'hello')
    await gateway.send(await gateway.helloQuestion())
    await heard
    await gateway.open(lock)
    expect(gateway.hellos.map(({ nonce }) => nonce)).toEqual([null])
  })

  it.each<[string, Partial<Faults>, number, string]>([
    ['before the intent', { rebootAt: 'before-intent' }, 0, 'refused'],
    ['after the intent, the bolt moved', { rebootAt: 'after-intent' }, 1, 'reset'],
    ['after the intent, the bolt at rest', { rebootAt: 'after-intent', rebootMovesBolt: false }, 0, 'reset'],
    ['before the outcome is in flash', { rebootAt: 'before-outcome' }, 1, 'reset'],
    ['after the outcome', { rebootAt: 'after-outcome' }, 1, 'opened'],
  ])('loses its power once, %s, and tells the truth afterwards', async (_point, faults, actuations, result) => {
    await gateway.meet()
    lock.setFaults(faults)
    const bootId = lock.bootId
    const { message, jti } = await gateway.command(lock)
    const back = lock.waitFor('booted').then(async () => await lock.waitFor('online'))
    await gateway.send(message)
    await back
    await gateway.send(message)
    expect((await gateway.ackFor(jti)).result).toBe(result)
    expect(lock.actuations).toBe(actuations)
    expect(lock.bootId).not.toBe(bootId)
    expect((await gateway.open(lock)).result).toBe('opened')
  })
})
