import { beforeEach, describe, expect, test } from 'vitest'
import { type Beginner, Turns } from '#http/front/turns.ts'

const REQUEST_TAKES_MS = 1

/** Turns by a clock of their own. What is left over at the end of a test goes on in theirs alone. */
class TurnsLab {
  nowMs = 0
  readonly begun: string[] = []
  readonly turns = new Turns(() => this.nowMs)

  of(network: string): Beginner {
    const begin = () => {
      this.begun.push(network)
      this.nowMs += REQUEST_TAKES_MS
    }
    return { network, begin }
  }
}
let lab: TurnsLab
beforeEach(() => {
  lab = new TurnsLab()
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('a turn of the loop', () => {
  test('begins requests for 10 ms, and leaves the others to later turns', async () => {
    for (let request = 0; request < 25; request += 1) lab.turns.add(lab.of('one'))
    await nextTurn()
    expect(lab.begun).toHaveLength(10)
    await nextTurn()
    expect(lab.begun).toHaveLength(20)
  })

  test('begins requests for 2 ms while newcomers stand at the door, which each turn lets in only some of', async () => {
    for (let request = 0; request < 25; request += 1) lab.turns.add(lab.of('one'))
    lab.turns.newcomer()
    await nextTurn()
    expect(lab.begun).toHaveLength(2)
    // Nobody else has come: the others need not wait any longer.
    await nextTurn()
    expect(lab.begun).toHaveLength(12)
  })

  test('serves one network after the other, whoever has asked more', async () => {
    for (let request = 0; request < 5; request += 1) lab.turns.add(lab.of('many'))
    lab.turns.add(lab.of('few'))
    lab.turns.newcomer()
    await nextTurn()
    expect(lab.begun).toEqual(['many', 'few'])
  })

  test('begins at once what comes while it is short, and after that nothing', () => {
    expect(lab.turns.mayBegin()).toBe(true)
    lab.nowMs += 9
    expect(lab.turns.mayBegin()).toBe(true)
    lab.turns.newcomer()
    expect(lab.turns.mayBegin()).toBe(false)
  })
})
