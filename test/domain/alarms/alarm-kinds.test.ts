import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ALARMS, type KindOfAlarm } from '#domain/alarms/alarm-kinds.ts'

const kinds: readonly [string, KindOfAlarm][] = Object.entries(ALARMS)

test.each(kinds)('%s says what it means, what to do first and when it ends, in whole sentences', (_, kind) => {
  for (const text of [kind.consequence, kind.advice, kind.end]) expect(text).toMatch(/^[A-Z].{15,}[.?]$/)
})

test.each(kinds)('%s says who acts on it', (_, { recipient }) => {
  expect(['caretaker', 'administrator', 'manager']).toContain(recipient)
})

test('five kinds are critical: for more of them nobody would get up at night', () => {
  expect(kinds.filter(([, { severity }]) => severity === 'critical').map(([name]) => name)).toEqual([
    'store-failed',
    'disk-full',
    'broker-down',
    'lock-contradicts-itself',
    'lock-contested',
  ])
})

test('an occurrence ends by a person and nothing else, a condition never needs one', () => {
  for (const [name, { nature, end }] of kinds) {
    expect([name, end === 'Somebody acknowledges it.']).toEqual([name, nature === 'occurrence'])
  }
})

test('two devices with one identity and a contradiction are never muted, and all others can be', () => {
  const never = kinds.filter(([, { canBeMuted }]) => !canBeMuted).map(([name]) => name)
  expect(never).toEqual(['lock-contradicts-itself', 'lock-contested'])
})

test('docs/alarms.md tells of every kind what the table does', () => {
  const [, section = ''] = readFileSync('docs/alarms.md', 'utf8').split('\n## ')
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(rows).toEqual(
    kinds.map(([name, { nature, severity, recipient, consequence, advice, end }]) => [
      ...[`\`${name}\``, nature, severity, recipient, consequence, advice, end],
    ]),
  )
})
