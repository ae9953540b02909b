import { expect, test } from 'vitest'
import { settled } from '#test/support/manual-clock.ts'
import { OpeningLab } from './opening-lab.ts'

/** The lab's lock has counted 100 s. With 8 s left, a crystal that is 5 % slow has reached 107.6 when they are over. */
test.each([
  [0, 107],
  [1_000, 106],
  [2_000, 105],
  [6_999, 100],
])(
  'a lock whose crystal is 5 %% slow must not move after the 8 s of a tap: %i ms waited, so until its second %i',
  async (waitedMs, second) => {
    const lab = new OpeningLab()
    const tapped = lab.tap(null, waitedMs)
    await settled()
    expect(tapped.outcome?.kind).toBe('opened')
    expect(lab.link.sent.map(({ notAfterUptimeS }) => notAfterUptimeS)).toEqual([second])
  },
)

test('a command refused as too late is made anew, for what is left of the 8 s', async () => {
  const lab = new OpeningLab()
  lab.link.next.push({ result: 'refused', reason: 'deadline-passed' })
  const tapped = lab.tap()
  await settled()
  expect(tapped.outcome?.kind).toBe('opened')
  expect(lab.link.sent).toHaveLength(2)
})

test('it is not made anew when the lock’s own seconds show that this machine stood still: the guest has waited longer', async () => {
  const lab = new OpeningLab()
  lab.link.next.push({ result: 'refused', reason: 'deadline-passed', wasSuspended: true })
  const tapped = lab.tap()
  await settled()
  expect(tapped.outcome?.kind).toBe('lock-refused')
  expect(lab.link.sent).toHaveLength(1)
  expect(lab.heldCount).toBe(0)
})
