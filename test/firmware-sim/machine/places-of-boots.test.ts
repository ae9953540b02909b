import { describe, expect, it } from 'vitest'
import { LockLab } from '#test/firmware-sim/lock-lab.ts'

/** A boot that answered the gateway, and a command for it that never came. */
function afterLostCommand() {
  const lab = new LockLab()
  return { lab, lost: lab.command() }
}

describe('a command that was lost before a brown-out', () => {
  it.each<[string, (lab: LockLab) => void]>([
    ['lost their power before they did anything', () => {}],
    ['connected and introduced themselves to a gateway that was not there', (lab) => lab.take({ kind: 'connected' })],
    [
      'lost their power while they were about to answer',
      (lab) => {
        lab.powerGoes = ['before-boot']
        lab.askHello()
      },
    ],
  ])('is still answered for after fifty boots that %s: not executed', (_what, live) => {
    const { lab, lost } = afterLostCommand()
    for (let boot = 0; boot < 50; boot += 1) {
      lab.reboot()
      live(lab)
    }
    lab.ask(lost)
    expect(lab.lastAck).toMatchObject({ result: 'not-executed', commandId: lost.jti })
    lab.hear(lost)
    expect(lab.moves).toEqual([])
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(1)
  })

  it('is still answered for after the seventh boot that answered the gateway, and met with silence after the eighth', () => {
    const { lab, lost } = afterLostCommand()
    for (let boot = 0; boot < 7; boot += 1) {
      lab.reboot()
      lab.askHello()
    }
    const other = { ...lost, jti: lab.command().jti }
    lab.ask(lost)
    expect(lab.lastAck).toMatchObject({ result: 'not-executed', commandId: lost.jti })
    lab.reboot()
    lab.askHello()
    lab.ask(other)
    lab.hear(other)
    expect(lab.silences).toEqual(['boot-unknown', 'boot-unknown'])
    expect(lab.acks).toHaveLength(1)
  })

  it('is still answered for when each of eight boots in between signed for one interrupted movement of one boot', () => {
    const { lab, lost } = afterLostCommand()
    lab.powerGoes = ['at-motor', ...Array<'before-outcome'>(8).fill('before-outcome')]
    lab.hear(lab.command())
    expect(lab.lastAck?.result).toBe('reset')
    lab.ask(lost)
    expect(lab.lastAck).toMatchObject({ result: 'not-executed', commandId: lost.jti })
  })
})

describe('the place of a boot', () => {
  const placed = (lab: LockLab) => lab.flash.boots.map(({ bootId }) => bootId)

  it('is written once, with the first answer, and not by a boot that only introduces itself', () => {
    const lab = new LockLab()
    lab.take({ kind: 'connected' })
    expect(lab.flashWrites).toBe(0)
    lab.askHello()
    expect(placed(lab)).toEqual([lab.state.bootId])
    lab.uptimeMs = 5_000
    lab.askHello()
    expect(lab.flashWrites).toBe(1)
  })

  it.each<[string, (lab: LockLab) => void]>([
    ['an intent', (lab) => lab.hear(bare(lab))],
    ['a refusal', (lab) => lab.hear(bare(lab), 'privacy')],
    [
      'a word on a command that can no longer run',
      (lab) => {
        const lost = bare(lab)
        lab.uptimeMs = 60_000
        lab.ask(lost)
      },
    ],
  ])('is written together with %s, and costs no write of its own', (_what, live) => {
    const lab = new LockLab()
    live(lab)
    expect(lab.flashWrites).toBe(1)
    expect(placed(lab)).toEqual([lab.state.bootId])
  })

  it('is not needed for a command of the present boot to be judged as ever', () => {
    const lab = new LockLab()
    const first = bare(lab)
    lab.open(first)
    expect(lab.lastAck?.result).toBe('opened')
    lab.hear({ ...bare(lab), counter: 1 })
    expect(lab.lastAck).toMatchObject({ result: 'refused', reason: 'counter' })
  })

  it('is the reset’s too, so that a command for the boot that signed it is answered by the next one', () => {
    const lab = new LockLab()
    lab.powerGoes = ['at-motor']
    lab.open()
    const signer = lab.lastAck?.bootId
    expect(signer).toBe(lab.state.bootId)
    const forSigner = bare(lab)
    lab.reboot()
    lab.hear(forSigner)
    expect(lab.lastAck).toMatchObject({ result: 'refused', reason: 'other-boot' })
  })

  /** For a boot that has answered nobody yet. */
  function bare(lab: LockLab) {
    const template = new LockLab().command()
    return { ...template, bootId: lab.state.bootId, notAfterUptimeS: lab.uptimeS + 8 }
  }
})
