import { describe, expect, test } from 'vitest'
import { judgeCreateLock } from '#domain/locks/judge-lock-change.ts'
import type { Lock } from '#domain/locks/lock.ts'
import { aLock } from '#test/http/support/route-samples.ts'
import { org, user } from '#test/support/ids.ts'

const NOTHING_THERE = { isThere: false, keyHolder: null, prepared: null } as const
const asked = (lock: Lock) => ({ lock, by: { kind: 'owner' } as const, atMs: 0 })

describe('a new lock', () => {
  test('is told with what it was given, and with nothing for what it was not', () => {
    const bare: Lock = {
      ...{ ...aLock(), owner: null },
      vendor: { index: 1, serialNumber: null, vendorName: null },
    }
    const judged = judgeCreateLock(asked(bare), NOTHING_THERE)
    expect(judged).toMatchObject({ kind: 'created', event: { type: 'LockCreated', chained: { createdBy: 'owner' } } })
    const chained = judged.kind === 'created' ? judged.event.chained : {}
    expect(chained.vendor).toEqual({ index: 1 })
    expect(Object.keys(chained)).not.toContain('owner')

    const full: Lock = { ...bare, owner: user('ada'), vendor: { index: 1, serialNumber: 'S', vendorName: 'V' } }
    expect(judgeCreateLock(asked(full), NOTHING_THERE)).toMatchObject({
      event: { chained: { owner: 'ada', vendor: { index: 1, serialNumber: 'S', vendorName: 'V' } } },
    })
  })

  test('takes no number or UUID that a lock has, and no key that a lock has or had', () => {
    const there = { ...NOTHING_THERE, isThere: true }
    expect(judgeCreateLock(asked(aLock()), there)).toEqual({ kind: 'lock-exists' })
    const held = { ...NOTHING_THERE, keyHolder: aLock().lockId }
    expect(judgeCreateLock(asked(aLock()), held)).toEqual({ kind: 'key-taken', byLock: aLock().lockId })
  })

  test('that programs prepare counts against their limits, to the last one', () => {
    const by = { kind: 'service', organization: org('acme') } as const
    const limits = { ofOne: 2, inAll: 3 }
    const judge = (ofOne: number, inAll: number) =>
      judgeCreateLock({ ...asked(aLock()), by, limits }, { ...NOTHING_THERE, prepared: { ofOne, inAll } }).kind
    expect([judge(1, 2), judge(2, 2), judge(1, 3)]).toEqual(['created', 'too-many-prepared', 'too-many-prepared'])
  })
})
