import { expect, test } from 'vitest'
import { causeFirst } from '#domain/telling/cause-first.ts'
import { lockId } from '#test/store/support/store-site.ts'

test.each<{ stands: string[]; isSettling?: true; kind: string; lock: number | null; waits: boolean }>([
  { stands: ['disk-full null'], kind: 'disk-low', lock: null, waits: true },
  { stands: [], kind: 'disk-low', lock: null, waits: false },
  { stands: ['battery-critical 1'], kind: 'battery-low', lock: 1, waits: true },
  { stands: ['battery-critical 2'], kind: 'battery-low', lock: 1, waits: false },
  { stands: ['lock-contested 1'], kind: 'lock-floods', lock: 1, waits: true },
  { stands: ['lock-contested 2'], kind: 'lock-floods', lock: 1, waits: false },
  { stands: ['broker-down null'], kind: 'lock-offline', lock: 1, waits: true },
  { stands: ['store-failed null'], kind: 'lock-jammed', lock: 1, waits: true },
  { stands: ['clock-untrusted null'], kind: 'lock-jammed', lock: 1, waits: true },
  { stands: ['token-keys-stale null'], kind: 'lock-jammed', lock: 1, waits: false },
  // What may be an attack.
  { stands: ['broker-down null'], kind: 'lock-contested', lock: 1, waits: false },
  { stands: ['broker-down null'], isSettling: true, kind: 'lock-contradicts-itself', lock: 1, waits: false },
  { stands: ['broker-down null'], kind: 'disk-low', lock: null, waits: false },
  { stands: [], isSettling: true, kind: 'lock-offline', lock: 1, waits: true },
  { stands: [], isSettling: true, kind: 'lock-never-came', lock: 1, waits: true },
  { stands: [], isSettling: true, kind: 'opening-unconfirmed', lock: 1, waits: true },
  { stands: [], isSettling: true, kind: 'lock-jammed', lock: 1, waits: false },
])(
  'while $stands stands, and locks come back: $isSettling, $kind of lock $lock waits for its cause: $waits',
  (given) => {
    const isHeldBack = causeFirst({ standing: new Set(given.stands), isSettling: given.isSettling ?? false })
    expect(isHeldBack({ kind: given.kind, lockId: given.lock === null ? null : lockId(given.lock) })).toBe(given.waits)
  },
)
