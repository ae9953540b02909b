import { describe, expect, it } from 'vitest'
import { LockLab } from '#test/firmware-sim/lock-lab.ts'

const SIX_SECONDS = 6_000

/** A lock whose flash takes 6 s for a write, and a command that was in time when it was judged. */
function tooSlow(pulseS = 5) {
  const lab = new LockLab()
  const command = lab.command({ notAfterUptimeS: 5, pulseS })
  lab.flashTakesMs = SIX_SECONDS
  return { lab, command }
}

describe('a command whose intent was written slowly', () => {
  it('moves nothing once its deadline has passed meanwhile, and is refused for it, under the number after its intent', () => {
    const { lab, command } = tooSlow()
    lab.hear(command)
    expect(lab.moves).toEqual([])
    expect(lab.lastAck).toMatchObject({
      commandId: command.jti,
      result: 'refused',
      reason: 'deadline-passed',
      uptimeS: 6,
      journalSeq: 2,
      lastCounter: 1,
    })
  })

  it.each([
    ['opens in the last millisecond of its deadline', 5_999, 'opened', 1],
    ['is too late a millisecond after it', 6_000, 'refused', 0],
  ])('%s', (_when, flashTakesMs, result, moves) => {
    const { lab, command } = tooSlow()
    lab.flashTakesMs = flashTakesMs
    lab.hear(command)
    lab.flashTakesMs = 0
    if (moves > 0) lab.boltEnds('bolt-withdrawn')
    expect(lab.lastAck?.result).toBe(result)
    expect(lab.moves).toHaveLength(moves)
  })

  it('extends no pulse once it is too late, and leaves the pulse as it was', () => {
    const lab = new LockLab()
    lab.open(lab.command({ pulseS: 30 }))
    const late = lab.command({ notAfterUptimeS: 5, pulseS: 30 })
    lab.flashTakesMs = SIX_SECONDS
    lab.hear(late)
    expect(lab.lastAck).toMatchObject({ commandId: late.jti, result: 'refused', reason: 'deadline-passed' })
    expect(lab.moves).toHaveLength(1)
    expect(lab.state.bolt.openUntilUptimeMs).toBe(30_000)
  })

  it('starts the motor anew when the pulse that it was to extend has ended meanwhile', () => {
    const lab = new LockLab()
    lab.open(lab.command({ pulseS: 3 }))
    lab.flashTakesMs = SIX_SECONDS
    lab.hear(lab.command({ notAfterUptimeS: 8 }))
    expect(lab.moves.map(({ motion }) => motion)).toEqual(['start', 'start'])
  })

  it('is refused for what came up meanwhile: somebody inside locked others out', () => {
    const { lab } = tooSlow()
    lab.flashTakesMs = 2_000
    lab.refuse = 'privacy'
    lab.hear(lab.command({ notAfterUptimeS: 8 }))
    expect(lab.moves).toEqual([])
    expect(lab.lastAck).toMatchObject({ result: 'refused', reason: 'privacy', journalSeq: 2 })
  })

  it('is told that it is too late before anything that the lock minds by then', () => {
    const { lab, command } = tooSlow()
    lab.refuse = 'privacy'
    lab.hear(command)
    expect(lab.lastAck?.reason).toBe('deadline-passed')
  })

  it('stays refused: the command again, a question and the next boot get the very same bytes, and nothing moves', () => {
    const { lab, command } = tooSlow()
    lab.hear(command)
    lab.hear(command)
    lab.ask(command)
    lab.reboot()
    lab.hear(command)
    lab.ask(command)
    expect(lab.acks.map(({ payload }) => payload.result)).toEqual(Array(5).fill('refused'))
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(1)
    expect(lab.moves).toEqual([])
  })

  it('frees the motor: the next command is not busy, and opens', () => {
    const { lab, command } = tooSlow()
    lab.hear(command)
    lab.flashTakesMs = 0
    expect(lab.open()).toMatchObject({ result: 'opened', journalSeq: 4 })
    expect(lab.moves).toHaveLength(1)
  })

  it('ends in a reset when the power goes before its refusal is in flash: the next boot cannot know', () => {
    const { lab, command } = tooSlow()
    lab.powerGoes = ['before-outcome']
    lab.hear(command)
    expect(lab.acks.map(({ payload }) => payload.result)).toEqual(['reset'])
    expect(lab.lastAck).toMatchObject({ commandId: command.jti, journalSeq: 2, bootId: lab.state.bootId })
    expect(lab.moves).toEqual([])
  })

  it('is repeated until a receipt, like every ack', () => {
    const { lab, command } = tooSlow()
    lab.take({ kind: 'connected' })
    lab.hear(command)
    lab.uptimeMs += 1_000
    lab.take({ kind: 'timer' })
    expect(lab.acks).toHaveLength(2)
    lab.receipt([2])
    lab.uptimeMs += 2_000
    lab.take({ kind: 'timer' })
    expect(lab.acks).toHaveLength(2)
  })

  it('may be forgotten without making the lock silent about others, for the bolt never moved', () => {
    const lab = new LockLab({ journalCapacity: 1 })
    const slow = lab.command({ notAfterUptimeS: 11 })
    const lost = lab.command({ notAfterUptimeS: 11 })
    lab.flashTakesMs = 12_000
    lab.hear(slow)
    lab.flashTakesMs = 0
    lab.receipt([2])
    for (let index = 0; index < 3; index += 1) {
      lab.hear(lab.command(), 'privacy')
      lab.receipt(lab.acks.map(({ payload }) => payload.journalSeq))
    }
    lab.hear(slow)
    expect(lab.silences).toEqual(['forgotten'])
    lab.ask(lost)
    expect(lab.lastAck).toMatchObject({ result: 'not-executed', commandId: lost.jti })
  })
})

describe('a bolt that is back while the firmware is busy', () => {
  it('begins its pulse when it was back, not when the firmware came to it', () => {
    const lab = new LockLab()
    lab.hear(lab.command({ pulseS: 3 }))
    const endedUptimeMs = 700
    lab.uptimeMs = 4_000
    lab.take({ kind: 'bolt-withdrawn', endedUptimeMs })
    expect(lab.state.bolt.openUntilUptimeMs).toBe(3_700)
    lab.hear(lab.command())
    expect(lab.moves.map(({ motion }) => motion)).toEqual(['start', 'start'])
  })
})

describe('an answered question', () => {
  it('tells the uptime of the moment when it is signed, however long the boot’s place took to write', () => {
    const lab = new LockLab()
    lab.flashTakesMs = SIX_SECONDS
    lab.askHello()
    expect(lab.hellos.at(-1)?.uptimeS).toBe(6)
  })
})
