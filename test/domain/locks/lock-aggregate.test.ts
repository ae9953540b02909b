import { describe, expect, test } from 'vitest'
import { LockAggregate } from '#domain/locks/lock-aggregate.ts'
import { newBootId, parseLockId } from '#protocol/ids.ts'
import { ManualClock, settled } from '#test/support/manual-clock.ts'
import { must } from '#test/support/must.ts'

const lockId = must(parseLockId('1'))

describe('the queue of a lock', () => {
  test('serves one at a time, in order of arrival, and tells the fifth that the lock is busy', async () => {
    const aggregate = new LockAggregate(lockId, null, new ManualClock())
    const served: number[] = []
    const turns = new Map<number, () => void>()
    const arrive = async (caller: number) => {
      const giveBack = await aggregate.takeTurn(2_000)
      if (giveBack === null) return 'busy'
      served.push(caller)
      turns.set(caller, giveBack)
      return 'served'
    }
    const answers = [1, 2, 3, 4].map(arrive)
    expect(await arrive(5)).toBe('busy')
    for (const caller of [1, 2, 3, 4]) {
      await settled()
      expect(served).toEqual([1, 2, 3, 4].slice(0, caller))
      must(turns.get(caller))()
    }
    expect(await Promise.all(answers)).toEqual(['served', 'served', 'served', 'served'])
  })

  test('lets a caller go after its wait, and gives its place to nobody by mistake', async () => {
    const clock = new ManualClock()
    const aggregate = new LockAggregate(lockId, null, clock)
    const first = must(await aggregate.takeTurn(2_000))
    const second = aggregate.takeTurn(2_000)
    const third = aggregate.takeTurn(3_000)
    await clock.passMs(2_000)
    expect(await second).toBeNull()
    first()
    const turn = must(await third)
    turn()
    turn()
    expect(await aggregate.takeTurn(0)).not.toBeNull()
    expect(await aggregate.takeTurn(0)).toBeNull()
  })
})

describe('the counters of a lock', () => {
  test('grow within a boot, above what the lock has seen and above what was ever stored', () => {
    const bootId = newBootId()
    const aggregate = new LockAggregate(lockId, { bootId, counter: 41 }, new ManualClock())
    expect(aggregate.allocateCounter(bootId, 7)).toBe(42)
    expect(aggregate.allocateCounter(bootId, 7)).toBe(43)
    expect(aggregate.allocateCounter(bootId, 99)).toBe(100)
  })

  test('begin anew with a boot, above what that boot has seen', () => {
    const aggregate = new LockAggregate(lockId, { bootId: newBootId(), counter: 41 }, new ManualClock())
    const rebooted = newBootId()
    expect(aggregate.allocateCounter(rebooted, 0)).toBe(1)
    expect(aggregate.allocateCounter(rebooted, 0)).toBe(2)
  })
})
