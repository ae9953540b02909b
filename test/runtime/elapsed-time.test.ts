import { describe, expect, test } from 'vitest'
import { ElapsedTime } from '#runtime/elapsed-time.ts'

/** The operating system's clocks, as a test moves them. */
class Clocks {
  wall = 1_700_000_000_000
  monotonic = 5_000
  boot = 9_000
  bootAsked = 0
  wallMs = () => this.wall
  monotonicMs = () => this.monotonic
  sinceBootMs = () => {
    this.bootAsked += 1
    return this.boot
  }

  pass(ms: number): void {
    this.wall += ms
    this.monotonic += ms
    this.boot += ms
  }

  /** The machine sleeps: its monotonic clock stands still. */
  suspend(ms: number): void {
    this.wall += ms
    this.boot += ms
  }
}

describe('elapsed time', () => {
  test('goes on while the machine is suspended: a tap from before is as old as it is', () => {
    const clocks = new Clocks()
    const elapsed = new ElapsedTime(clocks)
    const before = elapsed.ms()
    clocks.pass(1_000)
    clocks.suspend(20_000)
    expect(elapsed.ms() - before).toBe(21_000)
    clocks.pass(500)
    clocks.suspend(3_000)
    expect(elapsed.ms() - before).toBe(24_500)
  })

  test.each([
    ['an hour back', -3_600_000],
    ['ten years ahead', 315_360_000_000],
    ['by a little more than is noticed', 60],
  ])('does not move when somebody sets the wall clock %s', (_, byMs) => {
    const clocks = new Clocks()
    const elapsed = new ElapsedTime(clocks)
    const before = elapsed.ms()
    clocks.wall += byMs
    clocks.pass(10)
    expect(elapsed.ms() - before).toBe(10)
  })

  test('never goes back, though the time since boot is told in hundredths of a second alone', () => {
    const clocks = new Clocks()
    const elapsed = new ElapsedTime(clocks)
    clocks.suspend(5_000)
    const before = elapsed.ms()
    clocks.boot -= 10
    clocks.wall += 100
    expect(elapsed.ms()).toBeGreaterThanOrEqual(before)
  })

  test('asks the clock that costs a system call once for each step of the wall clock, and not otherwise', () => {
    const clocks = new Clocks()
    const elapsed = new ElapsedTime(clocks)
    const before = clocks.bootAsked
    clocks.wall += 3_600_000
    for (let count = 0; count < 1_000; count += 1) {
      clocks.pass(25)
      elapsed.ms()
    }
    expect(clocks.bootAsked).toBe(before + 1)
  })
})
