import { describe, expect, test } from 'vitest'
import type { OpenByKeyRequest } from '#domain/openings/open-by-key.ts'
import { StoreFault } from '#domain/store-fault.ts'
import { user } from '#test/support/ids.ts'
import { settled } from '#test/support/manual-clock.ts'
import { OpeningLab } from './opening-lab.ts'

const as = (name: string): Partial<OpenByKeyRequest> => ({
  identify: async () => ({ kind: 'user', userId: user(name) }),
})

/** The tap, once nothing in it can go any further without time. */
async function tapped(lab: OpeningLab, difference: Partial<OpenByKeyRequest> = {}) {
  const tap = lab.tap(null, 0, difference)
  await settled()
  return tap.outcome
}

test('a tap opens the door, and spends exactly one use', async () => {
  const lab = new OpeningLab({ maxUses: 2 })
  expect(await tapped(lab)).toMatchObject({ kind: 'opened', opening: { state: 'opened' } })
  expect(lab.link.sent).toHaveLength(1)
  expect(lab.store.rows.keys.get(lab.key.uuid)).toMatchObject({ usedCount: 1, heldCount: 0 })
})

describe('a key that does not open', () => {
  const HOUR = 3_600_000
  test.each([
    ['key-revoked', (now: number) => ({ revokedAtMs: now })],
    ['key-not-yet-valid', (now: number) => ({ validFromMs: now + HOUR })],
    ['key-expired', (now: number) => ({ validUntilMs: now })],
    ['key-used-up', () => ({ maxUses: 1, usedCount: 1 })],
  ] as const)('is told %s; the lock hears nothing, and who was denied is stored', async (kind, differenceAt) => {
    const lab = new OpeningLab(differenceAt(new OpeningLab().clock.nowMs()))
    expect(await tapped(lab)).toEqual({ kind })
    expect([lab.link.sent.length, lab.openings.length]).toEqual([0, 0])
    expect(lab.store.denied).toMatchObject([{ reason: kind, principal: { kind: 'guest' } }])
  })

  test('because it does not exist is told so, and there is no door to tell of it', async () => {
    const lab = new OpeningLab()
    lab.store.rows.keys.clear()
    expect(await tapped(lab)).toEqual({ kind: 'key-not-found' })
    expect(lab.store.denied).toEqual([])
  })
})

describe('a key for named users', () => {
  const key = { accessMode: 'user-whitelist', allowedUserIds: [user('ada')] } as const

  test('opens for one of them, and the opening says for whom', async () => {
    expect(await tapped(new OpeningLab(key), as('ada'))).toMatchObject({ kind: 'opened', opening: { userId: 'ada' } })
  })

  test('opens for nobody else, though he be signed in', async () => {
    const lab = new OpeningLab(key)
    expect(await tapped(lab, as('bob'))).toEqual({ kind: 'not-whitelisted' })
    expect(lab.link.sent).toEqual([])
  })

  test.each(['token-missing', 'token-invalid'] as const)('opens for nobody whose identity is %s', async (kind) => {
    const lab = new OpeningLab(key)
    expect(await tapped(lab, { identify: async () => ({ kind }) })).toEqual({ kind })
    expect([lab.link.sent.length, lab.store.asked.length]).toEqual([0, 0])
  })
})

test('a key for everybody asks nobody who he is', async () => {
  const outcome = await tapped(new OpeningLab(), {
    identify: async () => {
      throw new Error('was asked')
    },
  })
  expect(outcome?.kind).toBe('opened')
})

describe('nothing is sent, and no use is held', () => {
  test.each([
    ['lock-offline', (lab: OpeningLab) => Object.assign(lab.link, { online: false })],
    ['shutting-down', (lab: OpeningLab) => Object.assign(lab, { shuttingDown: true })],
    ['clock-untrusted', (lab: OpeningLab) => Object.assign(lab, { lastStoredMs: lab.clock.nowMs() + 5 * 60_000 + 1 })],
  ] as const)('while the answer is %s', async (kind, make) => {
    const lab = new OpeningLab()
    make(lab)
    expect(await tapped(lab)).toEqual({ kind })
    expect([lab.link.sent.length, lab.openings.length, lab.heldCount]).toEqual([0, 0, 0])
  })

  test('for a key that has opened too often, and the answer says when it may again', async () => {
    const lab = new OpeningLab()
    expect(await tapped(lab, { takeCommand: async () => 17 })).toEqual({ kind: 'rate-limited', retryAfterS: 17 })
    expect([lab.link.sent.length, lab.heldCount]).toEqual([0, 0])
  })
})

test('what opens nothing counts against no limit: a door that is offline uses up nobody’s tries', async () => {
  const lab = new OpeningLab({ maxUses: 5 })
  let counted = 0
  const takeCommand = async () => {
    counted += 1
    return null
  }
  lab.link.online = false
  await tapped(lab, { takeCommand })
  expect(counted).toBe(0)
  lab.link.online = true
  await tapped(lab, { takeCommand })
  expect(counted).toBe(1)
})

describe('a last use that an opening of unknown end holds', () => {
  async function withUnknown() {
    const lab = new OpeningLab()
    lab.link.next.push('silent')
    lab.tap()
    await lab.passMs(10_000)
    expect(lab.openings.map(({ state }) => state)).toEqual(['unconfirmed'])
    return lab
  }

  test('is not spent twice: a new tap names that opening, and sends nothing', async () => {
    const lab = await withUnknown()
    const again = lab.tap()
    await lab.passMs(2_000)
    expect(again.outcome).toEqual({ kind: 'opening-unconfirmed', openingId: lab.openings[0]?.openingId })
    expect(lab.link.sent).toHaveLength(1)
    expect(lab.heldCount).toBe(1)
  })

  test('is asked about first', async () => {
    const lab = await withUnknown()
    const asked: string[] = []
    lab.link.onAsked = (openingId) => asked.push(openingId)
    lab.tap()
    await settled()
    expect(asked).toEqual([lab.openings[0]?.openingId])
  })
})

test('a store that can’t be read is told as such, before anything is sent', async () => {
  const lab = new OpeningLab()
  lab.store.findTempKey = async () => {
    throw new StoreFault('disk I/O error')
  }
  expect(await tapped(lab)).toEqual({ kind: 'store-failed' })
  expect(lab.link.sent).toEqual([])
})
