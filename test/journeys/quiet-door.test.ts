import { describe, expect, test } from 'vitest'
import type { SimulatedLock } from '#firmware-sim/simulated-lock.ts'
import { LockLine } from '#test/support/lock-line.ts'
import { readAck, readCommand, readHello } from '#test/support/lock-words.ts'
import { ShiftingClock } from '#test/support/shifting-clock.ts'
import type { TestSite } from '#test/support/site.ts'
import { withSite } from '#test/support/site-truth.ts'
import { until } from '#test/support/until.ts'

const DAY_MS = 86_400_000
/** The gateway asks for hellos only when a lock has just come: nothing tells it of 30 quiet days. */
const NO_QUESTIONS = { linkTimes: { tickMs: DAY_MS } }
const DEFAULT_TIMES = { opening: {} }
const LATEST_MS = 12_000

const opens = (lock: SimulatedLock) => lock.receivedCommands.filter(({ op }) => op === 'open')

describe.concurrent('a door that was quiet for 30 days opens at the first tap', () => {
  for (const ppm of [500, -500, 50_000, -50_000, 0]) {
    test(`with a crystal off by ${ppm} ppm`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock }, async (site) => {
        const lock = await site.playLock(1, { crystalPpm: ppm })
        clock.passMs(30 * DAY_MS)
        const answer = await site.open(await site.createKey(1, { maxUses: 1 }))
        expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
        expect(lock.actuations).toBe(1)
        expect(opens(lock).length).toBeLessThanOrEqual(2)
      })
    })

    test(`with a crystal off by ${ppm} ppm, and not one hello in all that time`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock, faults: NO_QUESTIONS }, async (site) => {
        const lock = await site.playLock(1, { crystalPpm: ppm })
        clock.passMs(30 * DAY_MS)
        const answer = await site.open(await site.createKey(1, { maxUses: 1 }))
        expect(answer).toMatchObject({ status: 303, body: { usedCount: 1 } })
        expect(lock.actuations).toBe(1)
        if (ppm > -50_000) expect(opens(lock)).toHaveLength(2)
        else expect(opens(lock).length).toBeLessThanOrEqual(2)
      })
    })
  }

  test('with a lock that has run for longer than 32 bits count seconds', () =>
    withSite({}, async (site) => {
      const lock = await site.playLock(1, { bootUptimeS: 2 ** 32 + 1 })
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      expect(opens(lock)).toHaveLength(1)
      expect(readCommand(opens(lock)[0]?.message ?? '').notAfterUptimeS).toBeGreaterThan(2 ** 32)
    }))

  test('with a lock that passes 2^32 seconds in the quiet time', () => {
    const clock = new ShiftingClock()
    return withSite({ clock, faults: NO_QUESTIONS }, async (site) => {
      const lock = await site.playLock(1, { bootUptimeS: 2 ** 32 - 1_000 })
      clock.passMs(DAY_MS)
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      expect(lock.uptimeS).toBeGreaterThan(2 ** 32)
      expect(lock.actuations).toBe(1)
    })
  })
})

describe.concurrent('a reboot that the gateway has not noticed', () => {
  async function behindLine(site: TestSite, later: AsyncDisposableStack) {
    await site.addLock(1)
    const line = later.use(await LockLine.to(site.gateway))
    const lock = await site.playLock(1, { url: line.url })
    return { line, lock }
  }

  async function rebootUnnoticed(line: LockLine, lock: SimulatedLock): Promise<void> {
    const before = lock.bootId
    line.hidesReboots = true
    await lock.reboot()
    expect(lock.bootId).not.toBe(before)
  }

  test('costs one re-signed command inside the same request: two commands, one actuation, one use', () =>
    withSite({}, async (site, later) => {
      const { line, lock } = await behindLine(site, later)
      await site.open(await site.createKey(1))
      const uuid = await site.createKey(1, { maxUses: 1 })
      const earlier = opens(lock).length
      await rebootUnnoticed(line, lock)

      expect(await site.open(uuid)).toMatchObject({ status: 303, body: { usedCount: 1 } })
      const commands = opens(lock)
        .slice(earlier)
        .map(({ message }) => readCommand(message))
      expect(commands).toHaveLength(2)
      expect(commands[0]?.openingId).toBe(commands[1]?.openingId)
      expect(commands[0]?.jti).not.toBe(commands[1]?.jti)
      expect(commands[1]?.bootId).toBe(lock.bootId)
      expect(lock.actuations).toBe(2)

      const next = await site.open(await site.createKey(1))
      expect(next.status).toBe(303)
      expect(opens(lock).length - earlier, 'the next opening needs no second command').toBe(3)
    }))

  test('is mended just so when the lock says its refusal many times over', () =>
    withSite({}, async (site, later) => {
      const { line, lock } = await behindLine(site, later)
      await rebootUnnoticed(line, lock)
      lock.setFaults({ duplicateAcks: 9 })
      expect(await site.open(await site.createKey(1, { maxUses: 1 }))).toMatchObject({ status: 303 })
      expect(opens(lock)).toHaveLength(2)
      expect(lock.actuations).toBe(1)
    }))

  test('is no way to open twice: a second reboot right behind the first ends in a refusal that spends no use', () =>
    withSite({}, async (site, later) => {
      const { line, lock } = await behindLine(site, later)
      const uuid = await site.createKey(1, { maxUses: 1 })
      await rebootUnnoticed(line, lock)
      line.fateUp = ({ topic }) => (topic.endsWith('/ack') ? 'hold' : 'pass')
      const tapped = site.open(uuid)
      await lock.waitFor('ack-sent')
      await lock.reboot()
      line.fateUp = () => 'pass'
      line.releaseUp()

      expect(await tapped).toMatchObject({ status: 502, body: { reason: 'lock-refused' } })
      expect(opens(lock)).toHaveLength(2)
      expect(lock.actuations).toBe(0)
      expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0, status: 'valid' })
      expect((await site.open(uuid)).status).toBe(303)
    }))
})

describe('no actuation later than 12 s after the request', () => {
  for (const ppm of [-50_000, 0, 50_000]) {
    test(`with a crystal off by ${ppm} ppm and a command that is held up on its way`, () => {
      const clock = new ShiftingClock()
      return withSite({ clock, config: DEFAULT_TIMES }, async (site, later) => {
        await site.addLock(1)
        const line = later.use(await LockLine.to(site.gateway))
        const lock = await site.playLock(1, { url: line.url, crystalPpm: ppm })
        clock.passMs(45_000)
        const moved: number[] = []
        for (const heldMs of [0, 5_000, 7_500, 8_200, 8_600, 9_000, 9_400, 9_900, 11_000, 13_000, 60_000]) {
          const uuid = await site.createKey(1, { maxUses: 1 })
          const before = lock.actuations
          line.holdDown()
          const requestedMs = clock.monotonicMs()
          const tapped = site.open(uuid)
          await until('on its way', () => line.heldDownOps.includes('open'))
          clock.passMs(heldMs)
          line.releaseDown()
          const answer = await tapped
          if (lock.actuations > before) {
            const lateMs = (lock.movements.at(-1)?.atMs ?? Number.NaN) - requestedMs
            expect(lateMs).toBeLessThanOrEqual(LATEST_MS)
            expect(answer.status).toBe(303)
            moved.push(heldMs)
          } else {
            expect(answer).toMatchObject({ status: 502, body: { reason: 'lock-refused' } })
            expect(await site.key(uuid)).toMatchObject({ usedCount: 0, heldCount: 0 })
          }
        }
        expect(moved).toContain(0)
        expect(moved).toContain(5_000)
        expect(moved).not.toContain(11_000)
      })
    })
  }

  test('when it is the re-signed command that is held up: it gets no new time', () => {
    const clock = new ShiftingClock()
    return withSite({ clock, config: DEFAULT_TIMES, faults: NO_QUESTIONS }, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      const lock = await site.playLock(1, { url: line.url })
      clock.passMs(DAY_MS)
      const uuid = await site.createKey(1, { maxUses: 1 })
      line.fateUp = ({ topic }) => (topic.endsWith('/ack') ? 'hold' : 'pass')
      const tapped = site.open(uuid)
      await lock.waitFor('ack-sent')
      clock.passMs(5_000)
      line.holdDown()
      line.fateUp = () => 'pass'
      line.releaseUp()
      await until('signed anew', () => line.heldDownOps.includes('open'))
      clock.passMs(5_000)
      line.releaseDown()
      expect((await tapped).status).toBe(502)
      expect(lock.actuations).toBe(0)
      expect(opens(lock)).toHaveLength(2)
    })
  })

  test('when an answer to a question for a hello comes ten minutes late', () => {
    const clock = new ShiftingClock()
    return withSite({ clock, config: DEFAULT_TIMES }, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      line.fateUp = ({ topic, payload }) =>
        topic.endsWith('/presence') && readHello(payload).nonce !== null ? 'hold' : 'pass'
      const playing = site.playLock(1, { url: line.url, crystalPpm: -50_000 })
      const answered = () =>
        line.up.some(({ topic, payload }) => topic.endsWith('/presence') && readHello(payload).nonce !== null)
      await until('answered', answered)
      clock.passMs(600_000)
      line.releaseUp()
      line.fateUp = () => 'pass'
      const lock = await playing
      const requestedMs = clock.monotonicMs()
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      expect((lock.movements[0]?.atMs ?? Number.NaN) - requestedMs).toBeLessThanOrEqual(LATEST_MS)
    })
  })

  test('when old hellos, of this boot and of one before, are said again by somebody: the first tap still opens', () => {
    const clock = new ShiftingClock()
    return withSite({ clock, config: DEFAULT_TIMES }, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      const lock = await site.playLock(1, { url: line.url, bootUptimeS: 0 })
      const topic = 'latchkey/v1/test/1/presence'
      clock.passMs(3_600_000)
      await until('asked again', () => line.up.filter((packet) => packet.topic === topic).length >= 3)
      const ofFirstBoot = line.up.filter((packet) => packet.topic === topic).map(({ payload }) => payload)
      await lock.reboot()
      await site.untilOnline(1)
      const before = opens(lock).length
      const heard: string[] = []
      const stop = site.gateway.watchMessages(({ direction, message }) => {
        if (direction === 'from-lock') heard.push(message)
      })
      for (const hello of ofFirstBoot) line.publishUp(topic, hello)
      await until('heard again', () => ofFirstBoot.every((hello) => heard.includes(hello)))
      stop()

      const requestedMs = clock.monotonicMs()
      expect((await site.open(await site.createKey(1))).status).toBe(303)
      const [command] = opens(lock).slice(before)
      expect(readCommand(command?.message ?? '')).toMatchObject({ bootId: lock.bootId })
      expect(opens(lock).length - before).toBe(1)
      expect((lock.movements[0]?.atMs ?? Number.NaN) - requestedMs).toBeLessThanOrEqual(LATEST_MS)
    })
  })

  test('when the stored ack of an earlier boot is heard after the hello of a new one: the next opening is for the new boot', () =>
    withSite({}, async (site, later) => {
      await site.addLock(1)
      const line = later.use(await LockLine.to(site.gateway))
      const lock = await site.playLock(1, { url: line.url, faults: { rebootAt: 'after-outcome' } })
      line.fateUp = ({ topic }) => (topic.endsWith('/ack') ? 'hold' : 'pass')
      const tapped = site.open(await site.createKey(1, { maxUses: 1 }))
      await lock.waitFor('booted')
      await site.untilOnline(1, false)
      await site.untilOnline(1)
      line.fateUp = () => 'pass'
      line.releaseUp()
      expect(await tapped).toMatchObject({ status: 303, body: { usedCount: 1 } })
      expect(
        line.up.filter(({ topic }) => topic.endsWith('/ack')).map(({ payload }) => readAck(payload).bootId),
      ).not.toContain(lock.bootId)

      expect((await site.open(await site.createKey(1))).status).toBe(303)
      expect(opens(lock)).toHaveLength(2)
      expect(lock.actuations).toBe(2)
    }))
})
