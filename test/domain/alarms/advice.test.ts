import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ApiKey } from '#domain/access/api-key.ts'
import type { Staff } from '#domain/access/staff.ts'
import { judgeAccessEnding } from '#domain/alarms/access-ending.ts'
import { contestSeen, preparedLocksFull, unreachedSeen } from '#domain/alarms/sightings.ts'
import { newStaffId } from '#protocol/ids.ts'
import { TokenKeysWatch } from '#site/token-keys-watch.ts'
import { lockId, T0 } from '#test/store/support/store-site.ts'
import { apiKeyId, org } from '#test/support/ids.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

interface Said {
  readonly kind: string
  readonly advice?: string
}

/** Rows of docs/alarms.md: a kind, and what it says where more is known. */
const documented = (readFileSync('docs/alarms.md', 'utf8').split('## Where more is known')[1]?.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, kind = '', says = ''] = line.split('|').map((cell) => cell.trim())
    return { kind: kind.replaceAll('`', ''), says }
  })
const patternOf = (says: string): RegExp =>
  new RegExp(`^${says.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('…', '.+')}$`)

const HOUR_MS = 3_600_000
const person: Staff = {
  ...{ id: newStaffId(), name: 'Ada', role: 'manager', codeHash: '', createdAtMs: T0 - 100 * 24 * HOUR_MS },
  ...{ createdBy: 'owner', untilMs: T0 + HOUR_MS, removedAtMs: null, lastUsedAtMs: null },
}
const program: ApiKey = {
  ...{ id: apiKeyId('0123456789abcdef'), secretHash: '', organization: org('acme'), name: 'desk', scopes: [] },
  ...{ createdAtMs: T0 - 100 * 24 * HOUR_MS, lastUsedAtMs: null, expiresAtMs: T0 - HOUR_MS, revokedAtMs: null },
}

/** What every place that gives an alarm an advice of its own says. */
async function allSaid(): Promise<Said[]> {
  const [here, there] = ['10.0.0.5', '10.0.0.9']
  const access = (...of: ('keys' | 'staff')[]): readonly Said[] => {
    const given = { keys: of.includes('keys') ? [program] : [], staff: of.includes('staff') ? [person] : [] }
    return judgeAccessEnding(given, T0, () => true).sightings
  }
  const ofTokens: Said[] = []
  const alarms = { raise: async (seen: Said) => ofTokens.push(seen) > 0, clear: async () => {} }
  await new TokenKeysWatch(alarms, new ManualClock(T0)).look({
    status: async () => [
      {
        ...{ issuer: 'https://id.example', keyCount: 1, readAtMs: 0, writtenAtMs: 0, problem: 'is empty' },
        source: { refreshedAtMs: 0, problem: null },
      },
    ],
  })
  return [
    contestSeen(lockId(1), { takeovers: 3, from: here, to: there }),
    contestSeen(lockId(1), { takeovers: 3, from: here, to: here }),
    preparedLocksFull({ kind: 'too-many-prepared', of: 'caller', limit: 200 }, 'organization:acme/api-key:1'),
    preparedLocksFull({ kind: 'too-many-prepared', of: 'site', limit: 2_000 }, 'organization:acme/api-key:1'),
    ...[...access('keys', 'staff'), ...access('keys'), ...access('staff'), ...ofTokens],
    unreachedSeen([{ recipient: 'team', deliveredAtMs: null, givenUpAtMs: T0 }]) ?? { kind: 'none' },
  ]
}

test('docs/alarms.md has what each alarm says where more is known, and nothing that none says', async () => {
  const said = await allSaid()
  expect(said.map(({ kind }) => kind).toSorted()).toEqual(documented.map(({ kind }) => kind).toSorted())
  for (const { kind, advice = '' } of said) {
    const own = documented.filter((row) => row.kind === kind)
    expect([kind, advice, own.some(({ says }) => patternOf(says).test(advice))]).toEqual([kind, advice, true])
  }
  for (const { kind, says } of documented) {
    const pattern = patternOf(says)
    expect([says, said.some((one) => one.kind === kind && pattern.test(one.advice ?? ''))]).toEqual([says, true])
  }
})

test('of receivers that nothing reaches five are named, and it is worse when one more is among them', () => {
  const records = [1, 2, 3, 4, 5, 6, 7].map((n) => ({
    ...{ recipient: `r${n}`, deliveredAtMs: null, givenUpAtMs: T0 + n * HOUR_MS },
  }))
  const weightOf = (...at: readonly number[]): number =>
    unreachedSeen(records.filter((_, n) => at.includes(n)))?.weight ?? 0
  expect(unreachedSeen(records)?.advice).toMatch(/^Messages to r1, r2, r3, r4, r5 and 2 more did not arrive/)
  expect(unreachedSeen([])).toBeNull()
  expect(weightOf(1, 2)).toBeGreaterThan(weightOf(0, 1))
  expect(weightOf(1)).toBe(weightOf(0, 1))
})
