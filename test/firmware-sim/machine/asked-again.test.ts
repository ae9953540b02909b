import { describe, expect, it } from 'vitest'
import { LockLab, openedLab } from '#test/firmware-sim/lock-lab.ts'

describe('a command that comes again', () => {
  it.each(['opened', 'refused'])('is answered with the same bytes and moves nothing: %s', (result) => {
    const lab = new LockLab()
    const command = lab.command({ notAfterUptimeS: result === 'opened' ? 8 : 900 })
    lab.open(command)
    lab.uptimeMs += 60_000
    lab.open(command)
    expect(lab.acks.map(({ payload }) => payload.result)).toEqual([result, result])
    expect(lab.acks[1]?.message).toBe(lab.acks[0]?.message)
    expect(lab.moves.length).toBe(result === 'opened' ? 1 : 0)
  })

  it('is met with silence while its bolt is moving', () => {
    const lab = new LockLab()
    const command = lab.command()
    lab.hear(command)
    lab.hear(command)
    expect(lab.acks).toEqual([])
    expect(lab.silences).toEqual(['in-progress'])
  })

  it('is answered with the same bytes after a reboot', () => {
    const { lab, command } = openedLab()
    lab.reboot()
    lab.hear(command)
    expect(lab.acks[1]?.message).toBe(lab.acks[0]?.message)
  })

  it('is met with silence when its outcome may have been forgotten', () => {
    const lab = new LockLab({ journalCapacity: 2 })
    const first = lab.command()
    lab.open(first)
    for (let index = 0; index < 3; index += 1) lab.open()
    lab.receipt([2, 4, 6, 8])
    lab.open()
    const before = lab.acks.length
    lab.hear(first)
    lab.ask(first)
    lab.reboot()
    lab.hear(first)
    lab.ask(first)
    expect(lab.acks).toHaveLength(before)
    expect(lab.silences).toEqual(['forgotten', 'could-still-run', 'forgotten', 'forgotten'])
  })

  it('is met with silence when eight later boots have answered the gateway', () => {
    const lab = new LockLab()
    const command = lab.command()
    for (let boot = 0; boot < 8; boot += 1) {
      lab.reboot()
      lab.askHello()
    }
    lab.hear(command)
    lab.ask(command)
    expect(lab.acks).toEqual([])
    expect(lab.silences).toEqual(['boot-unknown', 'boot-unknown'])
  })
})

describe('a question about a command', () => {
  it('is answered with the stored ack to the letter', () => {
    const { lab, command } = openedLab()
    lab.ask(command)
    expect(lab.acks[1]?.message).toBe(lab.acks[0]?.message)
  })

  it('is met with silence while the command could still run, and with not-executed when it no longer can', () => {
    const lab = new LockLab()
    const lost = lab.command({ notAfterUptimeS: 8 })
    lab.uptimeMs = 8_999
    lab.ask(lost)
    expect(lab.acks).toEqual([])
    lab.uptimeMs = 9_000
    lab.ask(lost)
    expect(lab.lastAck).toMatchObject({ result: 'not-executed', commandId: lost.jti, commandHash: lost.commandHash })
    expect(lab.lastAck).toMatchObject({ openingId: lost.openingId, journalSeq: 1, lastCounter: 0 })
  })

  it('binds the lock: the command that comes after all gets the not-executed ack', () => {
    const lab = new LockLab()
    const lost = lab.command()
    lab.reboot()
    lab.ask(lost)
    lab.hear(lost)
    lab.ask(lost)
    expect(lab.moves).toEqual([])
    expect(lab.acks.map(({ payload }) => payload.result)).toEqual(Array(3).fill('not-executed'))
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(1)
  })

  it('is met with silence while the bolt moves', () => {
    const lab = new LockLab()
    const command = lab.command()
    lab.hear(command)
    lab.uptimeMs += 60_000
    lab.ask(command)
    expect(lab.acks).toEqual([])
  })
})
