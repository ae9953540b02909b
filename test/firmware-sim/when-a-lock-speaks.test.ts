import { describe, expect, it } from 'vitest'
import { LockLab } from './lock-lab.ts'

describe('repeats', () => {
  const repeatedAtS = (lab: LockLab, untilS: number): number[] => {
    const times: number[] = []
    for (; lab.uptimeMs <= untilS * 1_000; lab.uptimeMs += 1_000) {
      const before = lab.acks.length
      lab.take({ kind: 'timer' })
      for (let index = before; index < lab.acks.length; index += 1) times.push(lab.uptimeS)
    }
    return times
  }

  it('send the same bytes after 1, 2, 4 … 60 and again 60 seconds until a receipt', () => {
    const lab = new LockLab()
    lab.take({ kind: 'connected' })
    lab.open()
    expect(repeatedAtS(lab, 250)).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243])
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(1)
    lab.receipt([2])
    expect(repeatedAtS(lab, 1_000)).toEqual([])
  })

  it.each<[string, number[], number]>([
    ['another sequence number', [1], 1],
    ['another key generation', [2], 2],
  ])('go on after a receipt for %s', (_what, acks, generation) => {
    const lab = new LockLab()
    lab.take({ kind: 'connected' })
    lab.open()
    lab.receipt(acks, generation)
    expect(repeatedAtS(lab, 3)).toEqual([1, 3])
  })

  it('rest while there is no connection, and begin anew with the next one, also after a reboot', () => {
    const lab = new LockLab()
    lab.open()
    expect(repeatedAtS(lab, 10)).toEqual([])
    lab.reboot()
    lab.take({ kind: 'connected' })
    expect(repeatedAtS(lab, 8)).toEqual([0, 1, 3, 7])
    expect(new Set(lab.acks.map(({ message }) => message)).size).toBe(1)
  })
})

describe('a backlog of acks', () => {
  /** Five acks, all of them due; the times at which one goes out, in ms of uptime, while a timer comes each millisecond. */
  function backlog(due: (lab: LockLab) => void): number[] {
    const lab = new LockLab()
    for (let index = 0; index < 5; index += 1) lab.hear(lab.command(), 'privacy')
    lab.take({ kind: 'connected' })
    due(lab)
    const times: number[] = []
    for (const began = lab.uptimeMs; lab.uptimeMs < began + 200; lab.uptimeMs += 1) {
      const before = lab.acks.length
      lab.take({ kind: 'timer' })
      for (let index = before; index < lab.acks.length; index += 1) times.push(lab.uptimeMs - began)
    }
    return times
  }

  it('leaves with 20 ms between them after a new connection', () => {
    expect(backlog(() => {})).toEqual([0, 20, 40, 60, 80])
  })

  it('leaves with 20 ms between them, each once, when the firmware hung and all became due meanwhile', () => {
    const times = backlog((lab) => {
      lab.uptimeMs += 500
      for (let index = 0; index < 5; index += 1) {
        lab.uptimeMs += 20
        lab.take({ kind: 'timer' })
      }
      lab.uptimeMs += 30_000
    })
    expect(times).toEqual([0, 20, 40, 60, 80])
  })

  it('is no reason to wait for the ack of a command that has just been obeyed', () => {
    const lab = new LockLab()
    lab.hear(lab.command(), 'privacy')
    lab.take({ kind: 'connected' })
    lab.take({ kind: 'timer' })
    const before = lab.acks.length
    lab.open()
    expect(lab.acks.length).toBe(before + 1)
  })
})

describe('a question for a hello', () => {
  it('is answered at once, then at most once a second, the newest question only', () => {
    const lab = new LockLab()
    lab.take({ kind: 'connected' })
    const first = lab.askHello()
    lab.uptimeMs = 400
    lab.askHello()
    const newest = lab.askHello()
    lab.uptimeMs = 999
    lab.take({ kind: 'timer' })
    expect(lab.hellos.map(({ nonce }) => nonce)).toEqual([null, first])
    lab.uptimeMs = 1_000
    lab.take({ kind: 'timer' })
    lab.take({ kind: 'timer' })
    expect(lab.hellos.map(({ nonce }) => nonce)).toEqual([null, first, newest])
  })
})
