import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Flash, memoryFlash } from '#firmware-sim/board/flash.ts'
import type { SimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { GatewaySide } from '#test/firmware-sim/gateway-side.ts'
import { until } from '#test/support/until.ts'

/** A flash that does with a write what a test tells it to. */
class UnreliableFlash implements Flash {
  readonly #kept = memoryFlash()
  /** How the next writes end, the first of them first; after them all is well. */
  writes: ('fails' | 'fails and is there' | 'never ends')[] = []
  failures = 0
  /** Called while a write is under way. */
  whileWriting = () => {}

  load = this.#kept.load

  async save(image: Parameters<Flash['save']>[0]): Promise<void> {
    this.whileWriting()
    const end = this.writes.shift()
    if (end === 'never ends') await new Promise(() => {})
    if (end !== 'fails') await this.#kept.save(image)
    if (end === undefined) return
    this.failures += 1
    throw new Error('EIO')
  }

  /** What stands in the journal: a number, and what it is of. */
  get entries(): string[] {
    return this.load()
      .pages.flatMap((page) => [...page.values()])
      .flatMap(({ intentSeq, outcome }) => [
        ...(intentSeq === null ? [] : [`${intentSeq} intent`]),
        ...(outcome === null ? [] : [`${outcome.seq} ${outcome.result}`]),
      ])
  }
}

let gateway: GatewaySide
let flash: UnreliableFlash
let nowMs: number
beforeEach(async () => {
  gateway = await GatewaySide.start()
  flash = new UnreliableFlash()
  nowMs = 0
})
afterEach(async () => await gateway.stop())

const startLock = async (): Promise<SimulatedLock> =>
  await gateway.startLock({ flash, clock: { monotonicMs: () => nowMs } })

describe('a flash that takes its time', () => {
  it('moves no bolt after the deadline: the lock looks again when the intent is durable', async () => {
    const lock = await startLock()
    await gateway.meet()
    flash.whileWriting = () => {
      nowMs += 9_000
    }
    const ack = await gateway.open(lock)
    expect(ack).toMatchObject({ result: 'refused', reason: 'deadline-passed', uptimeS: 9, journalSeq: 2 })
    expect(lock.actuations).toBe(0)
    expect(flash.entries).toEqual(['1 intent', '2 refused'])
  })

  it('moves no bolt after somebody inside locked others out meanwhile', async () => {
    const lock = await startLock()
    await gateway.meet()
    flash.whileWriting = () => lock.setFaults({ refuse: 'privacy' })
    expect(await gateway.open(lock)).toMatchObject({ result: 'refused', reason: 'privacy', journalSeq: 2 })
    expect(lock.actuations).toBe(0)
  })
})

describe('a flash write that fails', () => {
  it.each<[string, ('fails' | 'fails and is there')[]]>([
    ['twice', ['fails', 'fails']],
    ['though it is there', ['fails and is there']],
  ])(
    'of an intent is tried again: %s, and the bolt moves once, under the numbers that it would have had',
    async (_how, writes) => {
      const lock = await startLock()
      await gateway.meet()
      flash.writes = [...writes]
      expect(await gateway.open(lock)).toMatchObject({ result: 'opened', journalSeq: 2 })
      expect(flash.failures).toBe(writes.length)
      expect(lock.actuations).toBe(1)
      expect(flash.entries).toEqual(['1 intent', '2 opened'])
    },
  )

  it('of an intent until its deadline has passed moves nothing, and is refused', async () => {
    const lock = await startLock()
    await gateway.meet()
    flash.writes = ['fails', 'fails']
    flash.whileWriting = () => {
      nowMs += 4_000
    }
    expect(await gateway.open(lock)).toMatchObject({ result: 'refused', reason: 'deadline-passed', journalSeq: 2 })
    expect(lock.actuations).toBe(0)
  })

  it('of an outcome holds back the ack, and nothing else: said once it is durable', async () => {
    const lock = await startLock()
    const { message, jti } = await gateway.command(lock)
    flash.whileWriting = () => {
      if (lock.actuations === 1 && flash.failures < 2) flash.writes = ['fails']
      if (lock.actuations === 1 && flash.failures === 2) expect(gateway.acks).toEqual([])
    }
    await gateway.send(message)
    expect(await gateway.ackFor(jti)).toMatchObject({ result: 'opened', journalSeq: 2 })
    expect(flash.failures).toBe(2)
    expect(flash.entries).toEqual(['1 intent', '2 opened'])
  })

  it('of a receipt makes the lock repeat no ack, and it goes on with the next command', async () => {
    const lock = await startLock()
    const { journalSeq } = await gateway.open(lock)
    flash.writes = ['fails']
    await gateway.send(await gateway.receipt(journalSeq))
    expect(await gateway.open(lock)).toMatchObject({ result: 'opened', journalSeq: 4 })
    expect(flash.failures).toBe(1)
    expect(lock.unreceiptedAcks).toBe(1)
  })

  it('of a boot’s place keeps the lock from answering for this boot, until it is there', async () => {
    const lock = await startLock()
    flash.writes = ['fails', 'fails']
    const answer = gateway.meet()
    await lock.waitFor(() => flash.failures === 2)
    expect(gateway.hellos.map(({ nonce }) => nonce)).toEqual([null])
    expect((await answer).bootId).toBe(lock.bootId)
  })

  it('at every write of a life is met, and each command still has one movement, one ack and its numbers', async () => {
    const lock = await startLock()
    for (let opened = 1; opened <= 3; opened += 1) {
      let written = 0
      // Every other write fails: the one that is tried again is well.
      flash.whileWriting = () => {
        if (flash.writes.length === 0 && written++ % 2 === 0) flash.writes = ['fails and is there']
      }
      expect(await gateway.open(lock)).toMatchObject({ result: 'opened', journalSeq: 2 * opened })
      await gateway.send(await gateway.receipt(2 * opened))
      await until('the receipt was taken', () => lock.unreceiptedAcks === 0)
    }
    expect(lock.actuations).toBe(3)
    expect(flash.entries).toEqual(['1 intent', '2 opened', '3 intent', '4 opened', '5 intent', '6 opened'])
  })
})

describe('a flash write that never ends', () => {
  it('of an intent moves nothing and says nothing, not even hello, so that the gateway takes the lock for gone', async () => {
    const lock = await startLock()
    await gateway.meet()
    flash.writes = ['never ends']
    const { message } = await gateway.command(lock)
    const writing = new Promise<void>((begun) => {
      flash.whileWriting = begun
    })
    await gateway.send(message)
    await writing
    nowMs += 60_000
    await gateway.send(await gateway.helloQuestion())
    await gateway.send(message)
    const before = gateway.hellos.length
    await lock.reboot()
    await gateway.until(() => gateway.hellos.length > before)
    // What the old boot would have said came before the new one's hello.
    expect(gateway.hellos.filter(({ bootId }) => bootId !== lock.bootId)).toHaveLength(before)
    expect(gateway.acks).toEqual([])
    expect(lock.actuations).toBe(0)
    await gateway.meet()
    await gateway.send(message)
    await gateway.until(() => gateway.acks.length > 0)
    expect(gateway.acks[0]?.payload).toMatchObject({ result: 'refused', reason: 'other-boot', journalSeq: 1 })
  })

  it('of an outcome ends, with the power, in a reset', async () => {
    const lock = await startLock()
    const { message, jti } = await gateway.command(lock)
    const stuck = new Promise<void>((begun) => {
      flash.whileWriting = () => {
        if (lock.actuations === 0) return
        flash.writes = ['never ends']
        flash.whileWriting = () => {}
        begun()
      }
    })
    await gateway.send(message)
    await stuck
    await lock.reboot()
    expect(await gateway.ackFor(jti)).toMatchObject({ result: 'reset', bootId: lock.bootId, journalSeq: 2 })
    expect(lock.actuations).toBe(1)
  })
})

describe('the power that goes a second time, while the reset is being signed', () => {
  it('leaves no gap in the journal’s numbers', async () => {
    const lock = await startLock()
    const { message, jti } = await gateway.command(lock)
    lock.setFaults({ rebootAt: 'after-intent' })
    const first = lock.waitFor('booted')
    await gateway.send(message)
    await first
    const second = lock.waitFor('booted')
    lock.setFaults({ rebootAt: 'before-outcome' })
    await second
    expect(flash.load().lastSeq).toBe(1)
    expect(await gateway.ackFor(jti)).toMatchObject({ result: 'reset', journalSeq: 2 })
    expect(flash.entries).toEqual(['1 intent', '2 reset'])
  })
})
