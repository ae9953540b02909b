import { generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import type { HeardCommand } from '#firmware-sim/machine/machine-types.ts'
import { publishPacketBytes, signMessage } from '#protocol/envelope.ts'
import { keyRefOf, LOCK_ID_MAX, lockIdFromNumber, newBootId, parseSiteId, parseTempKeyUuid } from '#protocol/ids.ts'
import { PACKET_MAX_BYTES } from '#protocol/limits.ts'
import { MESSAGE_TYPES } from '#protocol/messages.ts'
import { lockTopic } from '#protocol/topics.ts'
import { LockLab, openedLab } from '#test/firmware-sim/lock-lab.ts'

describe('a fresh command', () => {
  it('moves the bolt once and is answered with every fact of the command, when the bolt is back', () => {
    const lab = new LockLab()
    const command = lab.command()
    lab.hear(command)
    expect(lab.moves).toMatchObject([{ commandId: command.jti, motion: 'start' }])
    expect(lab.acks).toEqual([])
    lab.boltEnds('bolt-withdrawn')
    expect(lab.lastAck).toMatchObject({
      iss: 'house/17',
      aud: 'house/gateway',
      openingId: command.openingId,
      commandId: command.jti,
      commandHash: command.commandHash,
      result: 'opened',
      reason: null,
      bootId: lab.state.bootId,
      lastCounter: 1,
      journalSeq: 2,
    })
  })

  it('extends a running pulse, is opened as well, and never shortens what was promised before', () => {
    const lab = new LockLab()
    lab.open(lab.command({ pulseS: 30 }))
    lab.uptimeMs += 2_000
    lab.open(lab.command({ pulseS: 3 }))
    expect(lab.moves.map(({ motion }) => motion)).toEqual(['start', 'extend'])
    expect(lab.lastAck?.result).toBe('opened')
    expect(lab.state.bolt.openUntilUptimeMs).toBe(30_000)
  })

  it('counts the pulse from the moment when the bolt is back', () => {
    const lab = new LockLab()
    lab.hear(lab.command({ pulseS: 3 }))
    lab.uptimeMs = 700
    lab.boltEnds('bolt-withdrawn')
    expect(lab.state.bolt.openUntilUptimeMs).toBe(3_700)
  })

  it('starts a new pulse when the last one has ended', () => {
    const { lab } = openedLab()
    lab.uptimeMs += 5_000
    lab.open()
    expect(lab.moves.map(({ motion }) => motion)).toEqual(['start', 'start'])
  })

  it('is jammed when the bolt does not come back, and the next one starts a pulse', () => {
    const lab = new LockLab()
    lab.hear(lab.command())
    lab.boltEnds('bolt-jammed')
    expect(lab.lastAck?.result).toBe('jammed')
    lab.open()
    expect(lab.moves.map(({ motion }) => motion)).toEqual(['start', 'start'])
  })

  it.each<[string, Partial<HeardCommand>, string]>([
    ['another boot that it remembers', { bootId: newBootId() }, 'other-boot'],
    ['a deadline a second ago', { notAfterUptimeS: 99 }, 'deadline-passed'],
    ['a deadline 13 s away', { notAfterUptimeS: 113 }, 'deadline-too-far'],
    ['a counter that was used', { counter: 7 }, 'counter'],
    ['a counter below the last', { counter: 1 }, 'counter'],
    ['an op that it does not know', { op: 'close', pulseS: null }, 'unsupported'],
    ['another boot before anything else', { bootId: newBootId(), notAfterUptimeS: 0, counter: 1 }, 'other-boot'],
    ['its deadline before its counter', { notAfterUptimeS: 0, counter: 1 }, 'deadline-passed'],
    ['its counter before its op', { counter: 1, op: 'close' }, 'counter'],
  ])('is refused for %s', (_what, changes, reason) => {
    const lab = new LockLab()
    if (changes.bootId !== undefined) {
      const boots = [{ bootId: changes.bootId, forgottenCounter: 0, forgottenNotAfterUptimeS: -1 }]
      lab.state = { ...lab.state, flash: { ...lab.state.flash, boots: [...boots, ...lab.state.flash.boots] } }
    }
    lab.uptimeMs = 100_900
    lab.open(lab.command({ counter: 7 }))
    const ack = lab.open(lab.command({ counter: 8, ...changes }))
    expect(ack).toMatchObject({ result: 'refused', reason })
    expect(lab.moves).toHaveLength(1)
  })

  it.each([
    ['the second of its deadline', 100],
    ['12 s before its deadline', 112],
  ])('opens in %s', (_when, notAfterUptimeS) => {
    const lab = new LockLab()
    lab.uptimeMs = 100_999
    expect(lab.open(lab.command({ notAfterUptimeS }))?.result).toBe('opened')
  })

  it('opens with an uptime beyond 2^32 seconds', () => {
    const lab = new LockLab()
    lab.uptimeMs = (2 ** 32 + 5) * 1_000
    expect(lab.open()).toMatchObject({ result: 'opened', uptimeS: 2 ** 32 + 5 })
  })

  it('is refused while the motor moves for another one, which stays in progress', () => {
    const lab = new LockLab()
    const first = lab.command()
    lab.hear(first)
    lab.hear(lab.command())
    expect(lab.lastAck).toMatchObject({ result: 'refused', reason: 'busy' })
    lab.boltEnds('bolt-withdrawn')
    expect(lab.lastAck).toMatchObject({ result: 'opened', commandId: first.jti })
  })

  it('is refused with the reason of the lock after everything about the command itself', () => {
    const lab = new LockLab()
    lab.hear(lab.command(), 'privacy')
    lab.hear(lab.command({ op: 'close', pulseS: null }), 'privacy')
    expect(lab.acks.map(({ payload }) => payload.reason)).toEqual(['privacy', 'unsupported'])
  })

  it('raises the last counter whether it was refused or not', () => {
    const lab = new LockLab()
    lab.hear(lab.command({ counter: 40, notAfterUptimeS: 900 }))
    expect(lab.lastAck).toMatchObject({ reason: 'deadline-too-far', lastCounter: 40 })
    lab.hear(lab.command({ counter: 40 }))
    expect(lab.lastAck).toMatchObject({ reason: 'counter', lastCounter: 40 })
  })
})

describe('the journal', () => {
  it('keeps every unreceipted outcome, and refuses to move rather than to forget one', () => {
    const lab = new LockLab({ journalCapacity: 2 })
    const commands = Array.from({ length: 5 }, () => lab.command())
    for (const command of commands) lab.open(command)
    expect(lab.moves).toHaveLength(4)
    expect(lab.silences).toEqual(['journal-full'])
    lab.receipt(lab.acks.map(({ payload }) => payload.journalSeq))
    lab.open()
    expect(lab.moves).toHaveLength(5)
    const last = commands[4]
    if (last !== undefined) lab.open(last)
    expect(lab.lastAck).toMatchObject({ result: 'refused', reason: 'counter' })
  })

  it('numbers intents and outcomes in one strictly rising sequence, over reboots too', () => {
    const { lab } = openedLab()
    lab.hear(lab.command({ counter: 1 }))
    lab.reboot()
    lab.open()
    expect(lab.acks.map(({ payload }) => payload.journalSeq)).toEqual([2, 3, 5])
    lab.take({ kind: 'connected' })
    expect(lab.hellos.at(-1)).toMatchObject({ journalFrom: 1, journalTo: 5 })
  })
})

describe('a power cut', () => {
  it.each([
    ['before the intent: the command never happened', 'before-intent', [], 'not-executed'],
    ['after the intent: reset, for nobody knows', 'after-intent', ['reset'], 'reset'],
    ['when the motor was to start: reset, for nobody knows', 'at-motor', ['reset'], 'reset'],
    ['while the outcome was being signed: reset', 'before-outcome', ['reset'], 'reset'],
    ['after the outcome: opened, said later', 'after-outcome', [], 'opened'],
  ] as const)('%s', (_what, powerGoes, atBoot, answer) => {
    const lab = new LockLab()
    const command = lab.command()
    const firstBoot = lab.state.bootId
    lab.powerGoes = [powerGoes]
    lab.open(command)
    expect(lab.state.bootId).not.toBe(firstBoot)
    expect(lab.acks.map(({ payload }) => payload.result)).toEqual(atBoot)
    lab.ask(command)
    expect(lab.lastAck).toMatchObject({ result: answer, commandId: command.jti })
    if (answer === 'reset') {
      expect(lab.lastAck).toMatchObject({ reason: 'power-lost', bootId: lab.state.bootId, lastCounter: 0 })
    }
    lab.reboot()
    expect(lab.acks.filter(({ payload }) => payload.result === 'reset').map(({ message }) => message)).toHaveLength(
      answer === 'reset' ? 2 : 0,
    )
  })
})

describe('every message of the lock', () => {
  it('fits one packet of 1,024 bytes under the longest names and numbers', async () => {
    const site = parseSiteId('s'.repeat(32))
    const lockId = lockIdFromNumber(LOCK_ID_MAX)
    if (site === null || lockId === null) throw new Error('not an id')
    const lab = new LockLab({ site, lockId, keyGeneration: 999_999 })
    lab.uptimeMs = 2 ** 35 * 1_000
    lab.take({ kind: 'sensed', sensors: { door: 'unknown', batteryPercent: 100 } })
    lab.startNumbersAfter(Number.MAX_SAFE_INTEGER - 9)
    const keyRef = keyRefOf(parseTempKeyUuid('6f9619ff-8b86-4d01-b42d-00cf4fc964ff') ?? never())
    lab.hear(lab.command({ keyRef, counter: Number.MAX_SAFE_INTEGER }), 'a'.repeat(32))
    lab.take({ kind: 'connected' })
    lab.askHello()
    const { privateKey } = await generateKeyPair('ES256')
    for (const [kind, payload] of [
      ['ack', lab.lastAck],
      ['presence', lab.hellos.at(-1)],
    ] as const) {
      const message = await signMessage(MESSAGE_TYPES.hello, payload ?? never(), privateKey)
      expect(publishPacketBytes(lockTopic(site, lockId, kind), message.length)).toBeLessThanOrEqual(PACKET_MAX_BYTES)
    }
  })
})

function never(): never {
  throw new Error('not given')
}
