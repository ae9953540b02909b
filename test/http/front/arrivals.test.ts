import { beforeEach, describe, expect, test } from 'vitest'
import { Arrivals } from '#http/front/arrivals.ts'
import { ListenQueue } from '#http/front/listen-queue.ts'

/** A loop whose turns a test makes. */
class HandHeartbeat {
  atMs = 0
  turnedMs = 0
  nowMs = () => this.atMs
  turnedAtMs = () => this.turnedMs
  turn(atMs: number): void {
    this.atMs = atMs
    this.turnedMs = atMs
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))
let heartbeat: HandHeartbeat
let arrivals: Arrivals
let queue: ListenQueue
beforeEach(() => {
  heartbeat = new HandHeartbeat()
  arrivals = new Arrivals(heartbeat)
  queue = new ListenQueue(heartbeat, 3)
})

describe('bytes can have come', () => {
  test('no earlier than the last turn, on a connection that was read then', () => {
    const read = queue.accepted()
    heartbeat.turn(100)
    heartbeat.atMs = 19_000
    expect(arrivals.cameAtMs(read)).toBe(100)
  })

  test('before a connection was accepted: with it they lay in the listener’s queue while the loop stood still', () => {
    heartbeat.turn(100)
    heartbeat.atMs = 19_000
    expect(arrivals.cameAtMs(queue.accepted())).toBe(100)
  })

  test('before a whole crowd was accepted: the loop takes one of them in each turn, and turns meanwhile', async () => {
    heartbeat.turn(100)
    heartbeat.atMs = 5_000
    queue.accepted()
    for (const atMs of [5_100, 5_200]) {
      await nextTurn()
      heartbeat.turn(atMs)
      heartbeat.atMs = atMs + 10
      expect(arrivals.cameAtMs(queue.accepted())).toBe(100)
    }
  })

  test('no earlier than the one was taken that is a whole queue ahead', () => {
    heartbeat.turn(100)
    for (const atMs of [1_000, 2_000, 3_000]) {
      heartbeat.turn(atMs)
      queue.accepted()
    }
    heartbeat.turn(4_000)
    expect(queue.accepted().bytesSinceMs).toBe(1_000)
  })

  test('no earlier than the last turn again, once a turn has found the queue empty', async () => {
    heartbeat.turn(100)
    queue.accepted()
    await nextTurn()
    await nextTurn()
    heartbeat.turn(8_000)
    expect(queue.accepted().bytesSinceMs).toBe(8_000)
  })

  test('while a connection was not read, however often the loop turned', () => {
    const read = queue.accepted()
    heartbeat.turn(200)
    const paused = arrivals.paused(read)
    heartbeat.turn(9_000)
    heartbeat.atMs = 9_010
    const resumed = arrivals.resumed(paused)
    expect(arrivals.cameAtMs(resumed)).toBe(200)
    heartbeat.turn(9_020)
    expect(arrivals.cameAtMs(resumed)).toBe(9_020)
  })
})
