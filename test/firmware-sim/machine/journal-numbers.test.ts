import { describe, expect, it } from 'vitest'
import { commandHashOf, newBootId, newCommandId, newOpeningId } from '#protocol/ids.ts'
import { LockLab, type PowerGoes } from '#test/firmware-sim/lock-lab.ts'

// The lab checks after every write that no number is missing and that none stands for two entries.

const POINTS = [
  ...['before-boot', 'after-boot', 'before-intent', 'after-intent', 'at-motor'],
  ...['before-outcome', 'after-outcome', 'before-receipts', 'after-receipts'],
] as const satisfies readonly PowerGoes[]
const pairs = POINTS.flatMap((first) => POINTS.map((second): [PowerGoes, PowerGoes] => [first, second]))

/** An open, a refusal and a question, each asked for again when its boot was over, and receipts for all that was said. */
function live(lab: LockLab): void {
  for (const refuse of [null, 'privacy']) {
    const command = lab.command()
    lab.hear(command, refuse)
    if (lab.state.bolt.moving !== null) lab.boltEnds('bolt-withdrawn')
    lab.hear(command)
    lab.ask(command)
  }
  lab.ask({ ...lab.command(), notAfterUptimeS: 0 })
  lab.uptimeMs += 2_000
  lab.ask({ ...lab.command(), notAfterUptimeS: 0 })
  lab.receipt(lab.acks.map(({ payload }) => payload.journalSeq))
}

describe('the numbers of the journal', () => {
  it.each(pairs)('have no gap and no double when the power goes %s and then %s', (first, second) => {
    const lab = new LockLab()
    lab.powerGoes = [first, second]
    for (let time = 0; time < 4; time += 1) {
      live(lab)
      lab.powerOn()
    }
    expect(lab.powerGoes).toEqual([])
    const said = new Map(lab.acks.map(({ payload, message }) => [payload.journalSeq, message]))
    expect(new Set(said.values()).size).toBe(said.size)
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(said.size)
  })

  it('go on where they were when the power goes again and again before the reset is in flash', () => {
    const lab = new LockLab()
    lab.powerGoes = ['at-motor', 'before-outcome', 'before-outcome', 'before-outcome']
    lab.open()
    expect(lab.acks.map(({ payload }) => [payload.result, payload.journalSeq])).toEqual([['reset', 2]])
    lab.open()
    expect(lab.lastAck).toMatchObject({ result: 'opened', journalSeq: 4 })
    lab.take({ kind: 'connected' })
    expect(lab.hellos.at(-1)).toMatchObject({ journalFrom: 1, journalTo: 4 })
  })

  it('are given to two interrupted movements one after the other, with a power cut between them too', () => {
    const lab = new LockLab()
    const boots = [newBootId(), newBootId()]
    const pages = boots.map((bootId, index) => {
      const commandId = newCommandId()
      const facts = { commandId, openingId: newOpeningId(), commandHash: commandHashOf(commandId), keyRef: null }
      return new Map([
        [commandId, { ...facts, bootId, counter: 1, notAfterUptimeS: 8, intentSeq: index + 1, outcome: null }],
      ])
    })
    lab.flash = { lastSeq: 2, pages, boots: [] }
    lab.powerGoes = ['after-outcome', 'before-outcome']
    lab.powerOn()
    lab.take({ kind: 'connected' })
    lab.uptimeMs = 60_000
    lab.take({ kind: 'timer' })
    expect(lab.flash.lastSeq).toBe(4)
    expect(new Set(lab.acks.map(({ payload }) => `${payload.result} ${payload.journalSeq}`))).toEqual(
      new Set(['reset 3', 'reset 4']),
    )
  })

  it('are not taken by an ack that is being signed when another boot begins', () => {
    const lab = new LockLab()
    lab.powerGoes = ['before-outcome']
    lab.hear(lab.command(), 'privacy')
    expect(lab.flash.lastSeq).toBe(0)
    lab.take({ kind: 'connected' })
    expect(lab.hellos.at(-1)).toMatchObject({ journalFrom: 0, journalTo: 0 })
  })
})
